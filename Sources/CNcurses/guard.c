#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

/// What is kept of standard error while the screen is on: the end of it.
enum { KEPT_BYTES = 64 << 10 };

static volatile sig_atomic_t armed;
static volatile sig_atomic_t saved;
static struct termios modes;
static char restore_bytes[512];
static volatile size_t restore_size;
static volatile int kept = -1;
static volatile int real_error = -1;
static char last_words[160];
static size_t last_words_size;
static char alternate_stack[64 << 10];
static const int fatal_signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};

void cn_write_all(int descriptor, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t count = write(descriptor, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    bytes += count;
    size -= (size_t)count;
  }
}

bool cn_guard_is_armed(void) { return armed != 0; }

static void restore_modes(void) {
  // In the background tcsetattr would stop the dying program.
  signal(SIGTTOU, SIG_IGN);
  if (saved) tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

static void let_error_through(void) {
  if (kept < 0) return;
  int source = kept;
  kept = -1;
  dup2(real_error, STDERR_FILENO);
  off_t size = lseek(source, 0, SEEK_END);
  off_t at = size > KEPT_BYTES ? size - KEPT_BYTES : 0;
  char bytes[4096];
  ssize_t count;
  while ((count = pread(source, bytes, sizeof bytes, at)) > 0) {
    cn_write_all(STDERR_FILENO, bytes, (size_t)count);
    at += count;
  }
  close(source);
  close(real_error);
  real_error = -1;
}

static void keep_error_back(void) {
  if (kept >= 0 || !isatty(STDERR_FILENO)) return;
  int copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  int memory = memfd_create("stderr", MFD_CLOEXEC);
  if (copy < 0 || memory < 0) {
    if (copy >= 0) close(copy);
    if (memory >= 0) close(memory);
    return;
  }
  // Appending, because the descriptor may be shared with others who seek.
  fcntl(memory, F_SETFL, O_APPEND);
  dup2(memory, STDERR_FILENO);
  real_error = copy;
  kept = memory;
}

static void restore_everything(void) {
  if (armed) {
    armed = 0;
    cn_write_all(STDOUT_FILENO, restore_bytes, restore_size);
    restore_modes();
  }
  let_error_through();
}

static void die(int number) {
  restore_everything();
  // A release build says nothing of its own for a failed bounds check.
  cn_write_all(STDERR_FILENO, last_words, last_words_size);
  char digits[] = {(char)('0' + number / 10), (char)('0' + number % 10), '\n'};
  size_t skip = number < 10 ? 1 : 0;
  cn_write_all(STDERR_FILENO, digits + skip, sizeof digits - skip);
  signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  raise(number);
  _exit(128 + number);
}

void cn_guard_abandon(void) {
  restore_modes();
  _exit(130);
}

static void guard_against_fatal_signals(void) {
  static bool is_done;
  if (!is_done) {
    is_done = true;
    int count = snprintf(
      last_words, sizeof last_words, "%s: internal error, signal ",
      program_invocation_short_name);
    last_words_size = (size_t)count < sizeof last_words ? (size_t)count : sizeof last_words - 1;
    atexit(restore_everything);
  }
  // On a stack of its own: running out of stack is one of the ways to get here.
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = die, .sa_flags = SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof fatal_signals / sizeof *fatal_signals; i++) {
    // Also in place of Swift's own handler, which would ask questions over the screen.
    sigaction(fatal_signals[i], &action, NULL);
  }
}

void cn_guard_process(void) {
  // What a crash would leave on disk or in a report holds whatever this program has read.
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  prctl(PR_SET_DUMPABLE, 0);
  // A reader that has gone is told by write(2); nothing that is being changed ends for it.
  signal(SIGPIPE, SIG_IGN);
  guard_against_fatal_signals();
}

void cn_guard_prepare(const char *restore, size_t size) {
  if (size > sizeof restore_bytes) size = sizeof restore_bytes;
  memcpy(restore_bytes, restore, size);
  restore_size = size;
  guard_against_fatal_signals();
}

void cn_guard_remember_modes(void) { saved = tcgetattr(STDIN_FILENO, &modes) == 0; }

void cn_guard_arm(void) {
  keep_error_back();
  armed = 1;
}

void cn_guard_disarm(void) {
  armed = 0;
  let_error_through();
}
