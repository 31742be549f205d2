#define _GNU_SOURCE
#include "CPseudoTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

struct cpt_terminal {
  int master;
  /// Kept open so that the modes can be read after the program is gone.
  int slave;
  int process;
  pid_t pid;
  bool is_over;
  int status;
  VTerm *vterm;
  VTermScreen *screen;
  bool cursor_visible, alternate_screen;
  uint8_t *output;
  size_t count, capacity;
};

static int property_changed(VTermProp property, VTermValue *value, void *user) {
  cpt_terminal *terminal = user;
  if (property == VTERM_PROP_CURSORVISIBLE) terminal->cursor_visible = value->boolean;
  if (property == VTERM_PROP_ALTSCREEN) terminal->alternate_screen = value->boolean;
  return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = property_changed};

static void set_size(int descriptor, int32_t row_count, int32_t column_count) {
  struct winsize size = {
    .ws_row = (unsigned short)row_count, .ws_col = (unsigned short)column_count};
  ioctl(descriptor, TIOCSWINSZ, &size);
}

static int spawn(
  cpt_terminal *terminal, const char *slave, char *const argv[], char *const envp[],
  const char *folder) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  // The first terminal that the leader of a new session opens becomes the session's own.
  posix_spawn_file_actions_addopen(&actions, 0, slave, O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&actions, 0, 1);
  posix_spawn_file_actions_adddup2(&actions, 0, 2);
  if (folder != NULL) posix_spawn_file_actions_addchdir_np(&actions, folder);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(
    &attributes,
    POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int error = posix_spawn(&terminal->pid, argv[0], &actions, &attributes, argv, envp);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

cpt_terminal *cpt_start(
  char *const argv[], char *const envp[], const char *folder, int32_t row_count,
  int32_t column_count, int32_t *error) {
  cpt_terminal *terminal = calloc(1, sizeof *terminal);
  terminal->slave = terminal->process = -1;
  terminal->is_over = true;
  terminal->cursor_visible = true;
  char slave[128];
  terminal->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (terminal->master < 0 || grantpt(terminal->master) != 0 || unlockpt(terminal->master) != 0
      || ptsname_r(terminal->master, slave, sizeof slave) != 0) {
    *error = errno;
    cpt_free(terminal);
    return NULL;
  }
  set_size(terminal->master, row_count, column_count);
  terminal->slave = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
  terminal->vterm = vterm_new(row_count, column_count);
  vterm_set_utf8(terminal->vterm, 1);
  terminal->screen = vterm_obtain_screen(terminal->vterm);
  vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
  vterm_screen_enable_altscreen(terminal->screen, 1);
  vterm_screen_reset(terminal->screen, 1);
  *error = spawn(terminal, slave, argv, envp, folder);
  if (*error != 0) {
    cpt_free(terminal);
    return NULL;
  }
  terminal->is_over = false;
  terminal->process = (int)syscall(SYS_pidfd_open, terminal->pid, 0);
  return terminal;
}

void cpt_free(cpt_terminal *terminal) {
  if (!terminal->is_over) {
    // The leader's group, stopped or not, and the leader itself should it have left the group.
    kill(-terminal->pid, SIGKILL);
    kill(terminal->pid, SIGKILL);
    waitpid(terminal->pid, NULL, 0);
  }
  // Whatever else has this terminal is hung up.
  if (terminal->slave >= 0) close(terminal->slave);
  if (terminal->master >= 0) close(terminal->master);
  if (terminal->process >= 0) close(terminal->process);
  if (terminal->vterm != NULL) vterm_free(terminal->vterm);
  free(terminal->output);
  free(terminal);
}

static void keep(cpt_terminal *terminal, const char *bytes, size_t count) {
  if (terminal->count + count > terminal->capacity) {
    terminal->capacity = (terminal->count + count) * 2;
    terminal->output = realloc(terminal->output, terminal->capacity);
  }
  memcpy(terminal->output + terminal->count, bytes, count);
  terminal->count += count;
}

static long take_in(cpt_terminal *terminal) {
  char bytes[64 << 10];
  if (terminal->master < 0) return -1;
  ssize_t count = read(terminal->master, bytes, sizeof bytes);
  if (count <= 0) return 0;
  keep(terminal, bytes, (size_t)count);
  vterm_input_write(terminal->vterm, bytes, (size_t)count);
  // What a terminal answers by itself, to questions for its state.
  char answer[256];
  size_t length = vterm_output_read(terminal->vterm, answer, sizeof answer);
  if (length > 0) (void)!write(terminal->master, answer, length);
  return count;
}

long cpt_pump(cpt_terminal *terminal, int64_t nanoseconds) {
  long count = take_in(terminal);
  if (count != 0) return count;
  int32_t status;
  if (cpt_exited(terminal, &status)) {
    // The end may have come between the read and the look.
    count = take_in(terminal);
    return count > 0 ? count : -1;
  }
  struct pollfd both[] = {
    {.fd = terminal->master, .events = POLLIN}, {.fd = terminal->process, .events = POLLIN}};
  struct timespec time = {
    .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  ppoll(both, 2, &time, NULL);
  return take_in(terminal);
}

void cpt_wait_end(cpt_terminal *terminal, int64_t nanoseconds) {
  struct pollfd one = {.fd = terminal->process, .events = POLLIN};
  struct timespec time = {
    .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
  ppoll(&one, 1, &time, NULL);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

bool cpt_send(cpt_terminal *terminal, const char *bytes, size_t count) {
  int64_t end = now() + (int64_t)300 * 1000000000;
  while (count > 0 && terminal->master >= 0) {
    ssize_t sent = write(terminal->master, bytes, count);
    if (sent > 0) {
      bytes += sent;
      count -= (size_t)sent;
      continue;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (now() > end) return false;
    struct pollfd one = {.fd = terminal->master, .events = POLLOUT | POLLIN};
    poll(&one, 1, 100);
    take_in(terminal);
  }
  return count == 0;
}

void cpt_resize(cpt_terminal *terminal, int32_t row_count, int32_t column_count) {
  vterm_set_size(terminal->vterm, row_count, column_count);
  set_size(terminal->master, row_count, column_count);
}

void cpt_set_size(cpt_terminal *terminal, int32_t row_count, int32_t column_count) {
  set_size(terminal->master, row_count, column_count);
}

void cpt_signal(cpt_terminal *terminal, int32_t number) {
  if (!terminal->is_over) kill(terminal->pid, number);
}

void cpt_hang_up(cpt_terminal *terminal) {
  if (terminal->slave >= 0) close(terminal->slave);
  if (terminal->master >= 0) close(terminal->master);
  terminal->slave = terminal->master = -1;
}

bool cpt_exited(cpt_terminal *terminal, int32_t *status) {
  if (!terminal->is_over && waitpid(terminal->pid, &terminal->status, WNOHANG) == terminal->pid) {
    terminal->is_over = true;
  }
  *status = terminal->status;
  return terminal->is_over;
}

int32_t cpt_foreground(const cpt_terminal *terminal) {
  return terminal->master < 0 ? -1 : tcgetpgrp(terminal->master);
}

int32_t cpt_pid(const cpt_terminal *terminal) { return terminal->pid; }

static int32_t color_index(const VTermColor *color) {
  if (VTERM_COLOR_IS_DEFAULT_FG(color) || VTERM_COLOR_IS_DEFAULT_BG(color)) return -1;
  return VTERM_COLOR_IS_INDEXED(color) ? color->indexed.idx : -2;
}

cpt_cell cpt_cell_at(const cpt_terminal *terminal, int32_t row, int32_t column) {
  VTermScreenCell cell;
  cpt_cell result = {.foreground = -1, .background = -1};
  if (!vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = column}, &cell)) {
    return result;
  }
  memcpy(result.scalars, cell.chars, sizeof result.scalars);
  result.width = cell.width;
  result.foreground = color_index(&cell.fg);
  result.background = color_index(&cell.bg);
  result.bold = cell.attrs.bold;
  result.reverse = cell.attrs.reverse;
  result.underlined = cell.attrs.underline != 0;
  return result;
}

cpt_state cpt_state_now(const cpt_terminal *terminal) {
  VTermPos cursor;
  vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &cursor);
  struct termios modes = {0};
  bool known = terminal->slave >= 0 && tcgetattr(terminal->slave, &modes) == 0;
  tcflag_t wanted = ICANON | ECHO | ISIG;
  return (cpt_state){
    .cursor_row = cursor.row,
    .cursor_column = cursor.col,
    .cursor_visible = terminal->cursor_visible,
    .alternate_screen = terminal->alternate_screen,
    .cooked = known && (modes.c_lflag & wanted) == wanted,
  };
}

const uint8_t *cpt_output(const cpt_terminal *terminal, size_t *count) {
  *count = terminal->count;
  return terminal->output;
}

bool cpt_has_sent(const cpt_terminal *terminal, const uint8_t *bytes, size_t count) {
  return memmem(terminal->output, terminal->count, bytes, count) != NULL;
}
