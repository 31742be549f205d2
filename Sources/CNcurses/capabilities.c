// The only file with term.h: it defines macros named `lines`, `columns` and `buttons`.
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "CNcurses.h"
#include "guard.h"
#include "terminals.h"

/// Where the machine has no entry of that name the program's own is taken, by this process and by
/// the programs it starts.
static bool find(const char *name) {
  int status = 0;
  if (setupterm(name, STDOUT_FILENO, &status) == OK) return true;
  for (const struct cn_terminal *one = cn_terminals; one->name != NULL; one++) {
    if (strcmp(one->name, name) != 0) continue;
    setenv("TERMINFO", one->entry, 1);
    return setupterm(name, STDOUT_FILENO, &status) == OK;
  }
  return false;
}

CnProbe cn_probe(const char *name) {
  if (name == NULL || *name == 0) return CnProbeUnknown;
  if (!find(name)) return CnProbeUnknown;
  const char *place = tigetstr("cup");
  bool moves = place != NULL && place != (char *)-1;
  del_curterm(cur_term);
  return moves ? CnProbeUsable : CnProbeImmobile;
}

bool cn_prepare_locale(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  setlocale(LC_CTYPE, "C.UTF-8");
  return false;
}

int32_t cn_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

static size_t append(char *bytes, size_t length, size_t capacity, const char *more) {
  if (more == NULL || more == (char *)-1) return length;
  while (*more != 0 && length < capacity) {
    // "$<20/>" asks for padding, which a terminal of today does not need.
    if (more[0] == '$' && more[1] == '<') {
      const char *end = strchr(more, '>');
      if (end != NULL) {
        more = end + 1;
        continue;
      }
    }
    bytes[length++] = *more++;
  }
  return length;
}

size_t cn_restore_bytes(char *bytes, size_t capacity) {
  // Paste brackets, focus reports and every mouse mode off: endwin does not know of the first two.
  size_t length = append(
    bytes, 0, capacity, "\033[?2004l\033[?1004l\033[?1006l\033[?1003l\033[?1002l\033[?1000l");
  static const char *const names[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    length = append(bytes, length, capacity, tigetstr(names[i]));
  }
  return append(bytes, length, capacity, "\r");
}
