import Execution

/// What a tool prints and how it ends.
struct Answer: Hashable, Sendable {
  struct Piece: Hashable, Sendable {
    /// Seconds after the start of the command.
    var after: Double
    var text: String
    var isError: Bool
  }

  var pieces: [Piece]
  var exit: CommandExit
  /// How long the command runs, in seconds.
  var delay: Double

  init(pieces: [Piece] = [], exit: CommandExit = .code(0), delay: Double = 0) {
    self.pieces = pieces
    self.exit = exit
    self.delay = delay
  }

  init(_ output: String, exit: CommandExit = .code(0), delay: Double = 0) {
    self.init(
      pieces: output.isEmpty ? [] : [Piece(after: delay, text: output, isError: false)],
      exit: exit, delay: delay)
  }

  mutating func warn(_ text: String) {
    pieces.append(Piece(after: delay, text: text, isError: true))
  }

  var output: String { pieces.filter { !$0.isError }.map(\.text).joined() }
  var errors: String { pieces.filter(\.isError).map(\.text).joined() }
}
