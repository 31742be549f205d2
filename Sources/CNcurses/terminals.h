/// A compiled entry of the terminal database as the variable TERMINFO takes it.
struct cn_terminal {
  const char *name, *entry;
};

/// The last one has no name.
extern const struct cn_terminal cn_terminals[];
