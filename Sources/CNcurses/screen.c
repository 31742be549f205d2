#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "CNcurses.h"
#include "guard.h"

/// Key codes of our own, above those ncurses gives to the extended names of a terminal; ncurses
/// keeps 16 bits of them.
enum { PASTE_BEGINS = 0x7000, PASTE_ENDS, FOCUS_GAINED, FOCUS_LOST };
enum { ROW_LIMIT = 500, COLUMN_LIMIT = 1000 };

static const char reports_on[] = "\033[?2004h\033[?1004h";
static const char reports_off[] = "\033[?2004l\033[?1004l";

static SCREEN *screen;
static bool has_colors_on;
static bool is_caret_shown;
static int pairs[9][9];

static void define_keys(void) {
  static const struct {
    const char *bytes;
    int code;
  } keys[] = {
    {"\033[200~", PASTE_BEGINS}, {"\033[201~", PASTE_ENDS},
    {"\033[I", FOCUS_GAINED}, {"\033[O", FOCUS_LOST},
    // Terminals differ on whether they honour the keypad mode that their entry describes.
    {"\033[A", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033[C", KEY_RIGHT}, {"\033[D", KEY_LEFT},
    {"\033OA", KEY_UP}, {"\033OB", KEY_DOWN}, {"\033OC", KEY_RIGHT}, {"\033OD", KEY_LEFT},
    {"\033[H", KEY_HOME}, {"\033[F", KEY_END}, {"\033OH", KEY_HOME}, {"\033OF", KEY_END},
    {"\033[1~", KEY_HOME}, {"\033[4~", KEY_END}, {"\033[7~", KEY_HOME}, {"\033[8~", KEY_END},
    {"\033[3~", KEY_DC}, {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[Z", KEY_BTAB},
    {"\033OP", KEY_F(1)}, {"\033OQ", KEY_F(2)}, {"\033OR", KEY_F(3)}, {"\033OS", KEY_F(4)},
    {"\033[11~", KEY_F(1)}, {"\033[12~", KEY_F(2)}, {"\033[13~", KEY_F(3)},
    {"\033[14~", KEY_F(4)}, {"\033[15~", KEY_F(5)}, {"\033OM", KEY_ENTER},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (keys[i].code >= PASTE_BEGINS || key_defined(keys[i].bytes) == 0) {
      define_key(keys[i].bytes, keys[i].code);
    }
  }
}

static void choose_colors(bool wanted) {
  memset(pairs, 0, sizeof pairs);
  has_colors_on = wanted && has_colors() && start_color() == OK && use_default_colors() == OK;
}

static bool is_sane(const char *variable, int limit) {
  const char *text = getenv(variable);
  return text == NULL || atol(text) <= limit;
}

/// newterm takes memory for the whole screen, whatever size it is told: by the kernel, by the
/// environment, by the terminal's entry. Those that no screen has are put right before it asks.
static SCREEN *open_within_limits(const char *name) {
  int32_t row_count = 0, column_count = 0;
  bool is_measured = cn_measure(&row_count, &column_count);
  bool fits = is_measured && row_count <= ROW_LIMIT && column_count <= COLUMN_LIMIT;
  if (fits && is_sane("LINES", ROW_LIMIT) && is_sane("COLUMNS", COLUMN_LIMIT)) {
    return newterm(name, stdout, stdin);
  }
  char rows_text[16], columns_text[16];
  if (!is_measured) row_count = 24, column_count = 80;
  snprintf(rows_text, sizeof rows_text, "%d", row_count < ROW_LIMIT ? row_count : ROW_LIMIT);
  snprintf(
    columns_text, sizeof columns_text, "%d",
    column_count < COLUMN_LIMIT ? column_count : COLUMN_LIMIT);
  setenv("LINES", rows_text, 1);
  setenv("COLUMNS", columns_text, 1);
  return newterm(name, stdout, stdin);
}

bool cn_open(const char *name, bool colors) {
  if (screen != NULL) return false;
  cn_guard_remember_modes();
  // Before newterm: otherwise ncurses installs its own handlers, and its SIGWINCH handler misses
  // a resize that comes between its last look and our poll.
  cn_signals_screen_begins();
  screen = open_within_limits(name);
  if (screen == NULL) {
    cn_signals_screen_ends();
    return false;
  }
  char restore[512];
  cn_guard_prepare(restore, cn_restore_bytes(restore, sizeof restore));
  cn_guard_arm();
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  intrflush(stdscr, FALSE);
  if (getenv("ESCDELAY") == NULL) set_escdelay(25);
  choose_colors(colors);
  define_keys();
  mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
  mouseinterval(0);
  is_caret_shown = false;
  curs_set(0);
  leaveok(stdscr, TRUE);
  refresh();
  cn_write_all(STDOUT_FILENO, reports_on, sizeof reports_on - 1);
  return true;
}

void cn_leave(void) {
  if (screen == NULL || !cn_guard_is_armed()) return;
  cn_write_all(STDOUT_FILENO, reports_off, sizeof reports_off - 1);
  def_prog_mode();
  endwin();
  cn_guard_disarm();
}

static void take_modes_and_paint(void) {
  reset_prog_mode();
  clearok(curscr, TRUE);
  wnoutrefresh(stdscr);
  doupdate();
  // The shell has shown the caret behind the back of curses.
  curs_set(is_caret_shown ? 0 : 1);
  curs_set(is_caret_shown ? 1 : 0);
  cn_write_all(STDOUT_FILENO, reports_on, sizeof reports_on - 1);
}

void cn_enter(void) {
  if (screen == NULL || cn_guard_is_armed()) return;
  cn_guard_remember_modes();
  cn_guard_arm();
  take_modes_and_paint();
}

void cn_repaint(void) {
  if (screen != NULL && cn_guard_is_armed()) take_modes_and_paint();
}

void cn_close(void) {
  if (screen == NULL) return;
  cn_leave();
  delscreen(screen);
  screen = NULL;
  cn_signals_screen_ends();
}

void cn_stop(void) {
  if (screen != NULL && !cn_guard_is_armed()) cn_signals_stop_process_group();
}

void cn_wait_key(void) {
  struct termios before;
  if (tcgetattr(STDIN_FILENO, &before) != 0) return;
  struct termios single = before;
  single.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &single);
  int wake = cn_signals_wake();
  struct pollfd both[] = {
    {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = wake, .events = POLLIN}};
  while (!cn_signals_terminate()) {
    poll(both, 2, -1);
    if (both[0].revents != 0) break;
    if (both[1].revents != 0) cn_wake_drain(wake);
  }
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  // What was drained above still waits to be taken.
  if (wake >= 0) cn_wake(wake);
}

bool cn_measure(int32_t *row_count, int32_t *column_count) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return false;
  *row_count = size.ws_row;
  *column_count = size.ws_col;
  return size.ws_row > 0 && size.ws_col > 0;
}

bool cn_fit(int32_t row_limit, int32_t column_limit, int32_t *row_count, int32_t *column_count) {
  int32_t rows_now, columns_now;
  bool is_changed = false;
  if (column_limit > COLUMN_LIMIT) column_limit = COLUMN_LIMIT;
  if (cn_measure(&rows_now, &columns_now)) {
    if (rows_now > row_limit) rows_now = row_limit;
    if (columns_now > column_limit) columns_now = column_limit;
    if (rows_now != LINES || columns_now != COLS) {
      resizeterm(rows_now, columns_now);
      // What a terminal keeps of its screen while it changes size is its own affair.
      clearok(curscr, TRUE);
      is_changed = true;
    }
  }
  *row_count = LINES;
  *column_count = COLS;
  return is_changed;
}

static int pair_for(uint8_t foreground, uint8_t background) {
  if (!has_colors_on || foreground > 8 || background > 8) return 0;
  if (foreground == 0 && background == 0) return 0;
  int *pair = &pairs[foreground][background];
  if (*pair == 0) {
    int made = alloc_pair((int)foreground - 1, (int)background - 1);
    *pair = made > 0 ? made : -1;
  }
  return *pair > 0 ? *pair : 0;
}

void cn_put_row(int32_t row, const cn_cell *cells, int32_t count) {
  cchar_t staged[COLUMN_LIMIT];
  int used = 0;
  if (count > COLUMN_LIMIT) count = COLUMN_LIMIT;
  for (int32_t i = 0; i < count; i++) {
    const cn_cell *cell = &cells[i];
    // One for each character, not for each column: a wide one brings its right half along.
    if (cell->scalar_count == 0) continue;
    wchar_t text[CN_CELL_SCALARS + 1] = {0};
    for (int k = 0; k < cell->scalar_count && k < CN_CELL_SCALARS; k++) {
      text[k] = (wchar_t)cell->scalars[k];
    }
    attr_t attributes = A_NORMAL;
    if (cell->bold) attributes |= A_BOLD;
    if (cell->dim) attributes |= A_DIM;
    if (cell->reverse) attributes |= A_REVERSE;
    if (cell->underlined) attributes |= A_UNDERLINE;
    int pair = pair_for(cell->foreground, cell->background);
    setcchar(&staged[used++], text, attributes, (short)pair, &pair);
  }
  mvwadd_wchnstr(stdscr, row, 0, staged, used);
}

void cn_flush(int32_t caret_row, int32_t caret_column) {
  bool is_shown = caret_row >= 0;
  leaveok(stdscr, !is_shown);
  if (is_shown) wmove(stdscr, caret_row, caret_column);
  if (!is_shown && is_caret_shown) curs_set(0);
  wnoutrefresh(stdscr);
  doupdate();
  if (is_shown && !is_caret_shown) curs_set(1);
  is_caret_shown = is_shown;
}

static cn_event mouse_event(void) {
  MEVENT mouse;
  if (getmouse(&mouse) != OK) return (cn_event){.kind = CnEventKindUnknown};
  cn_event event = {.kind = CnEventKindUnknown, .row = mouse.y, .column = mouse.x};
  if (mouse.bstate & BUTTON4_PRESSED) event.kind = CnEventKindWheelUp;
  else if (mouse.bstate & BUTTON5_PRESSED) event.kind = CnEventKindWheelDown;
  else if (mouse.bstate & BUTTON1_PRESSED) event.kind = CnEventKindClick;
  return event;
}

static CnEventKind kind_of_key(int code) {
  switch (code) {
    case KEY_UP: return CnEventKindUp;
    case KEY_DOWN: return CnEventKindDown;
    case KEY_LEFT: return CnEventKindLeft;
    case KEY_RIGHT: return CnEventKindRight;
    case KEY_HOME: return CnEventKindHome;
    case KEY_END: return CnEventKindEnd;
    case KEY_PPAGE: return CnEventKindPageUp;
    case KEY_NPAGE: return CnEventKindPageDown;
    case KEY_ENTER: return CnEventKindEnter;
    case KEY_BTAB: return CnEventKindBackTab;
    case KEY_BACKSPACE: return CnEventKindBackspace;
    case KEY_DC: return CnEventKindDelete;
    case PASTE_BEGINS: return CnEventKindPasteBegins;
    case PASTE_ENDS: return CnEventKindPasteEnds;
    case FOCUS_GAINED: return CnEventKindFocusGained;
    case FOCUS_LOST: return CnEventKindFocusLost;
    default: return CnEventKindUnknown;
  }
}

cn_event cn_next_event(void) {
  if (screen == NULL || !cn_guard_is_armed()) return (cn_event){.kind = CnEventKindNone};
  int code;
  // resizeterm puts a key into the queue; the size is ours to tell.
  do code = getch();
  while (code == KEY_RESIZE);
  if (code == ERR) return (cn_event){.kind = CnEventKindNone};
  if (code < 256) return (cn_event){.kind = CnEventKindByte, .value = code};
  if (code == KEY_MOUSE) return mouse_event();
  if (code > KEY_F0 && code <= KEY_F(63)) {
    return (cn_event){.kind = CnEventKindFunction, .value = code - KEY_F0};
  }
  return (cn_event){.kind = kind_of_key(code)};
}
