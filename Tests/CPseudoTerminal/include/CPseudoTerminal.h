/// A program in a terminal of its own, for tests: a pseudo-terminal and libvterm, which draws what
/// the program sends. Not for several threads.
#ifndef CPSEUDO_TERMINAL_H
#define CPSEUDO_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cpt_terminal cpt_terminal;

typedef struct cpt_cell {
  uint32_t scalars[6];
  int32_t width;
  /// Index of the palette; -1 the default, -2 a colour by its components.
  int32_t foreground, background;
  bool bold, reverse, underlined;
} cpt_cell;

typedef struct cpt_state {
  int32_t cursor_row, cursor_column;
  bool cursor_visible, alternate_screen;
  /// The terminal edits lines, echoes and makes signals of keys, as a shell wants it.
  bool cooked;
} cpt_state;

/// Starts argv[0] as the leader of a session whose terminal this is. NULL: `*error` says why.
cpt_terminal *cpt_start(
  char *const argv[], char *const envp[], const char *folder, int32_t row_count,
  int32_t column_count, int32_t *error);
/// Kills what still runs in the session's group, waits for it and forgets everything.
void cpt_free(cpt_terminal *terminal);

/// Takes in what has been sent, waiting for it or for the end of the program at most this long.
/// Returns the number of bytes; 0 none in that time; -1 there will be no more.
long cpt_pump(cpt_terminal *terminal, int64_t nanoseconds);
/// Waits for the end of the program at most this long and leaves what it sends unread.
void cpt_wait_end(cpt_terminal *terminal, int64_t nanoseconds);
/// False where the program never takes the bytes.
bool cpt_send(cpt_terminal *terminal, const char *bytes, size_t count);
void cpt_resize(cpt_terminal *terminal, int32_t row_count, int32_t column_count);
/// Tells the program a size, and leaves the screen as large as it is.
void cpt_set_size(cpt_terminal *terminal, int32_t row_count, int32_t column_count);
/// To the leader of the session only.
void cpt_signal(cpt_terminal *terminal, int32_t number);
/// Closes the terminal, as a cut line does.
void cpt_hang_up(cpt_terminal *terminal);

/// Whether the program is over; then `*status` is waitpid's.
bool cpt_exited(cpt_terminal *terminal, int32_t *status);
int32_t cpt_pid(const cpt_terminal *terminal);
/// The group of processes that has the terminal now; -1 unknown.
int32_t cpt_foreground(const cpt_terminal *terminal);
cpt_cell cpt_cell_at(const cpt_terminal *terminal, int32_t row, int32_t column);
cpt_state cpt_state_now(const cpt_terminal *terminal);
/// All that the program has sent so far.
const uint8_t *cpt_output(const cpt_terminal *terminal, size_t *count);
bool cpt_has_sent(const cpt_terminal *terminal, const uint8_t *bytes, size_t count);

#endif
