// What the build was told: see .ci/release.
#include <curses.h>
#include <string.h>

#include "CNcurses.h"
#include "terminals.h"

#ifndef IP_LEASES_COMMIT
#define IP_LEASES_COMMIT ""
#endif

const char *cn_commit(void) { return IP_LEASES_COMMIT; }

const char *cn_curses_version(void) { return curses_version(); }

const char *cn_builtin_terminals(void) {
  static char names[256];
  if (names[0] != 0) return names;
  for (const struct cn_terminal *one = cn_terminals; one->name != NULL; one++) {
    if (names[0] != 0) strncat(names, " ", sizeof names - strlen(names) - 1);
    strncat(names, one->name, sizeof names - strlen(names) - 1);
  }
  return names;
}
