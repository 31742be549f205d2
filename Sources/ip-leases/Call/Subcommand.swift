import ArgumentParser

/// A subcommand that answers on the streams of its call, whatever these are.
protocol Subcommand: AsyncParsableCommand {
  /// - Throws: an `ExitCode`, after the reason was written; nothing where it holds or was done.
  func answer(_ call: Call) async throws
}
