/// Inside CNcurses only: the guard that makes the terminal whole when the program dies.
#ifndef CN_GUARD_H
#define CN_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/// Remembers the bytes that undo what the screen does to the terminal.
/// Installs the handlers of fatal signals, once.
void cn_guard_prepare(const char *restore, size_t size);
/// Takes the terminal's modes of now as the ones to go back to; before curses changes them.
void cn_guard_remember_modes(void);
/// On: dying restores the terminal, and standard error is kept back where it is a terminal too.
/// Off: standard error is let through, what was kept back first.
void cn_guard_arm(void);
void cn_guard_disarm(void);
bool cn_guard_is_armed(void);
/// The terminal's modes only, not its screen: writing may block. Then the process ends.
void cn_guard_abandon(void) __attribute__((noreturn));

/// Writes all of it or fails; safe in signal handlers.
void cn_write_all(int descriptor, const char *bytes, size_t size);

/// From the terminal database: how to leave the screen and keypad modes. Returns the length.
size_t cn_restore_bytes(char *bytes, size_t capacity);

/// From signals.c: the screen's part of the signal handlers.
void cn_signals_screen_begins(void);
void cn_signals_screen_ends(void);
/// After this a terminating signal no longer ends the process by itself.
void cn_watchdog_stop(void);
/// Whether a terminating signal has arrived and not been taken.
bool cn_signals_terminate(void);
int cn_signals_wake(void);
/// SIGTSTP as without a console; returns after SIGCONT, or at once where nobody could continue us.
void cn_signals_stop_process_group(void);

#endif
