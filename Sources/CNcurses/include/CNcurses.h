/// A small vocabulary over ncursesw for Swift: cells by row, events, and the guard that leaves the
/// terminal whole however the program ends. No curses type is visible here: half of curses is
/// macros and globals that Swift cannot see.
///
/// One thread owns the screen. Only `cn_wake` may be called from any thread.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>

// MARK: What was built in

/// Of the sources; "" where the build was not told.
const char *cn_commit(void);
const char *cn_curses_version(void);
/// Names of terminals that need no database, with a blank between; "" for none.
const char *cn_builtin_terminals(void);

// MARK: What the terminal can do

typedef enum __attribute__((enum_extensibility(closed))) CnProbe : int32_t {
  CnProbeUsable,
  /// The terminal database has no such name.
  CnProbeUnknown,
  /// The terminal cannot place its cursor, so a screen cannot be drawn on it.
  CnProbeImmobile,
} CnProbe;

/// Looks `name` up in the terminal database. Prints nothing and never exits, unlike initscr.
CnProbe cn_probe(const char *name);

/// Takes the locale of the environment. Where its character set is not UTF-8, C.UTF-8 is used for
/// characters, as every other cell would vanish.
/// Returns whether the locale asked for was UTF-8 itself.
bool cn_prepare_locale(void);

/// Columns of a character by the C library, which is what ncurses counts with; -1: not printable.
int32_t cn_columns(uint32_t scalar);

// MARK: The screen

enum { CN_CELL_SCALARS = 5 };

/// One character position. A wide character is followed by a cell without scalars.
typedef struct cn_cell {
  uint32_t scalars[CN_CELL_SCALARS];
  uint8_t scalar_count;
  /// 0 the terminal's default, 1...8 the basic colours.
  uint8_t foreground, background;
  bool bold, dim, reverse, underlined;
} cn_cell;

/// Takes the terminal: alternate screen, raw keys, paste brackets, mouse. False: not possible.
bool cn_open(const char *name, bool colors);
/// Gives the terminal back for good. Does nothing when there is no screen.
void cn_close(void);
/// Gives the terminal back for a while; `cn_enter` takes it again and repaints.
void cn_leave(void);
void cn_enter(void);
/// Between leave and enter: stops this process group as Ctrl-Z does, returns when it goes on.
void cn_stop(void);
/// Between leave and enter: waits for one key, a hang-up or a terminating signal.
void cn_wait_key(void);
/// Sets the terminal's modes again and writes every cell again.
void cn_repaint(void);

/// The size the kernel knows; false when it knows none.
bool cn_measure(int32_t *row_count, int32_t *column_count);
/// Adopts the kernel's size, within the limits given. Returns whether it differs from before.
bool cn_fit(int32_t row_limit, int32_t column_limit, int32_t *row_count, int32_t *column_count);

/// Stages one row from column 0; nothing is written before `cn_flush`.
void cn_put_row(int32_t row, const cn_cell *cells, int32_t count);
/// Writes what differs from what the terminal shows. A negative row hides the caret.
void cn_flush(int32_t caret_row, int32_t caret_column);

/// For every process of this program, before it reads anything: a crash leaves no core file, and its
/// report one line without memory or registers.
void cn_guard_process(void);

// MARK: Keys

typedef enum __attribute__((enum_extensibility(closed))) CnEventKind : int32_t {
  CnEventKindNone,
  CnEventKindByte,
  CnEventKindFunction,
  CnEventKindUp, CnEventKindDown, CnEventKindLeft, CnEventKindRight,
  CnEventKindHome, CnEventKindEnd, CnEventKindPageUp, CnEventKindPageDown,
  CnEventKindEnter, CnEventKindBackTab, CnEventKindBackspace, CnEventKindDelete,
  CnEventKindPasteBegins, CnEventKindPasteEnds,
  CnEventKindFocusGained, CnEventKindFocusLost,
  CnEventKindWheelUp, CnEventKindWheelDown, CnEventKindClick,
  CnEventKindUnknown,
} CnEventKind;

typedef struct cn_event {
  CnEventKind kind;
  /// The byte, or the number of the function key.
  int32_t value;
  /// Of the mouse.
  int32_t row, column;
} cn_event;

/// The next event that has arrived; kind none when there is none. Waits 25 ms after a bare ESC.
cn_event cn_next_event(void);

// MARK: Waiting and signals

/// A descriptor that `cn_wake` makes readable; -1: none to be had.
int32_t cn_wake_open(void);
void cn_wake_close(int32_t wake);
/// Safe from any thread and from a signal handler.
void cn_wake(int32_t wake);
void cn_wake_drain(int32_t wake);

/// Lets SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT and SIGTSTP wake `wake` instead of doing what
/// they do otherwise, and ignores SIGPIPE. One wake at a time: false when there is another.
bool cn_signals_begin(int32_t wake);
void cn_signals_end(void);

typedef struct cn_signals {
  /// SIGINT, SIGTERM or SIGHUP; 0: none.
  int32_t termination;
  bool resized, resumed, stop_requested;
} cn_signals;

/// What has arrived since the last call.
cn_signals cn_signals_take(void);

typedef struct cn_ready {
  bool input, wake, hung_up;
} cn_ready;

/// Waits until there is input, the wake is called, or the time is over. Negative: no limit.
cn_ready cn_wait(int32_t input, int32_t wake, int64_t nanoseconds);

#endif
