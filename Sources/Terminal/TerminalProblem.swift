/// Why there can be no screen here.
package enum TerminalProblem: Error, Hashable, Sendable, CustomStringConvertible {
  case inputIsNoTerminal
  case outputIsNoTerminal
  case nameIsMissing
  case nameIsUnknown(String)
  case cannotMoveCursor(String)
  case screenFailed(String)

  /// One sentence on what is wrong and one on what to do.
  package var description: String {
    switch self {
    case .inputIsNoTerminal:
      "Standard input is not a terminal. Start the console in a terminal, or use a subcommand."
    case .outputIsNoTerminal:
      "Standard output is not a terminal. Start the console in a terminal, or use a subcommand."
    case .nameIsMissing:
      "TERM is not set, so nothing is known of this terminal. Try TERM=xterm-256color."
    case .nameIsUnknown(let name):
      "The terminal “\(name)” is not in the terminal database. Try TERM=xterm-256color, "
        + "or install the package ncurses-term."
    case .cannotMoveCursor(let name):
      "The terminal “\(name)” cannot move its cursor. Try another TERM, or use a subcommand."
    case .screenFailed(let name):
      "The screen could not be opened on the terminal “\(name)”."
    }
  }
}
