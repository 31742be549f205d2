#include "CPseudoTerminal.h"
int cpt_placeholder(void) { return 0; }
