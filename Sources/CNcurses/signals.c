#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "CNcurses.h"
#include "guard.h"

/// Long enough for an orderly end; a terminal that nobody reads blocks the loop for ever.
enum { WATCHDOG_SECONDS = 2 };

enum { RESIZED = 1, RESUMED = 2, STOP = 4, INTERRUPT = 8, TERMINATE = 16, HANGUP = 32 };
enum { ENDS = INTERRUPT | TERMINATE | HANGUP };

static const struct {
  int number;
  unsigned mark;
} watched[] = {
  {SIGWINCH, RESIZED}, {SIGCONT, RESUMED},   {SIGTSTP, STOP},
  {SIGINT, INTERRUPT}, {SIGTERM, TERMINATE}, {SIGHUP, HANGUP},
};
enum { WATCHED = sizeof watched / sizeof *watched };

static atomic_uint pending;
static atomic_int wake_descriptor = -1;
static atomic_bool watchdog_runs;
static struct sigaction previous[WATCHED];
static bool is_installed;
static bool has_screen;

static void note(int number) {
  int error = errno;
  for (size_t i = 0; i < WATCHED; i++) {
    if (watched[i].number != number) continue;
    atomic_fetch_or(&pending, watched[i].mark);
    bool starts = (watched[i].mark & ENDS) && cn_guard_is_armed();
    if (starts && !atomic_exchange(&watchdog_runs, true)) alarm(WATCHDOG_SECONDS);
  }
  int wake = atomic_load(&wake_descriptor);
  if (wake >= 0) cn_wake(wake);
  errno = error;
}

static void give_up(int number) {
  (void)number;
  if (atomic_load(&watchdog_runs)) cn_guard_abandon();
}

void cn_watchdog_stop(void) {
  if (atomic_exchange(&watchdog_runs, false)) alarm(0);
}

static void install(void) {
  if (is_installed) return;
  is_installed = true;
  signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  for (size_t i = 0; i < WATCHED; i++) {
    sigaction(watched[i].number, &action, &previous[i]);
    sigaddset(&unblocked, watched[i].number);
  }
  action.sa_handler = give_up;
  sigaction(SIGALRM, &action, NULL);
  sigaddset(&unblocked, SIGALRM);
  // A thread started from one of libdispatch's workers has all signals blocked.
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
}

static void uninstall(void) {
  if (!is_installed || has_screen || atomic_load(&wake_descriptor) >= 0) return;
  is_installed = false;
  for (size_t i = 0; i < WATCHED; i++) sigaction(watched[i].number, &previous[i], NULL);
}

bool cn_signals_begin(int32_t wake) {
  int none = -1;
  if (!atomic_compare_exchange_strong(&wake_descriptor, &none, wake)) return false;
  install();
  // Something may have come for a screen that had no wake yet.
  if (atomic_load(&pending) != 0) cn_wake(wake);
  return true;
}

void cn_signals_end(void) {
  atomic_store(&wake_descriptor, -1);
  uninstall();
}

void cn_signals_screen_begins(void) {
  has_screen = true;
  install();
}

void cn_signals_screen_ends(void) {
  has_screen = false;
  cn_watchdog_stop();
  uninstall();
}

bool cn_signals_terminate(void) { return (atomic_load(&pending) & ENDS) != 0; }

int cn_signals_wake(void) { return atomic_load(&wake_descriptor); }

void cn_signals_stop_process_group(void) {
  struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
  sigemptyset(&usual.sa_mask);
  atomic_fetch_and(&pending, ~(unsigned)RESUMED);
  sigaction(SIGTSTP, &usual, &ours);
  kill(0, SIGTSTP);
  // Another thread may have been given the signal, and this one still be running. A second signal
  // for this thread stops the process before the call returns; SIGCONT takes back both.
  if ((atomic_load(&pending) & RESUMED) == 0) raise(SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
  atomic_fetch_and(&pending, ~(unsigned)(RESUMED | STOP));
}

cn_signals cn_signals_take(void) {
  unsigned marks = atomic_exchange(&pending, 0);
  int ends = marks & TERMINATE ? SIGTERM : marks & HANGUP ? SIGHUP : marks & INTERRUPT ? SIGINT : 0;
  return (cn_signals){
    .termination = ends,
    .resized = marks & RESIZED,
    .resumed = marks & RESUMED,
    .stop_requested = marks & STOP,
  };
}

int32_t cn_wake_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void cn_wake_close(int32_t wake) { close(wake); }

void cn_wake(int32_t wake) {
  uint64_t one = 1;
  // Full means it is readable, which is all that is wanted.
  (void)!write(wake, &one, sizeof one);
}

void cn_wake_drain(int32_t wake) {
  uint64_t count;
  (void)!read(wake, &count, sizeof count);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

cn_ready cn_wait(int32_t input, int32_t wake, int64_t nanoseconds) {
  struct pollfd both[] = {{.fd = input, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
  // A century stands for what does not fit.
  const int64_t century = (int64_t)100 * 365 * 24 * 3600 * 1000000000;
  int64_t end = nanoseconds < 0 ? 0 : now() + (nanoseconds < century ? nanoseconds : century);
  for (;;) {
    struct timespec rest = {0};
    if (nanoseconds >= 0) {
      int64_t left = end - now();
      if (left < 0) left = 0;
      rest = (struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
    }
    int count = ppoll(both, 2, nanoseconds < 0 ? NULL : &rest, NULL);
    // The handler has called the wake, if it was one of our signals: the next poll sees it.
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return (cn_ready){.hung_up = true};
    return (cn_ready){
      .input = both[0].revents & POLLIN,
      .wake = both[1].revents & POLLIN,
      .hung_up = both[0].revents & (POLLHUP | POLLERR | POLLNVAL),
    };
  }
}
