import Basics
import Foundation
import SystemPackage

/// Standard input, output and error of a call.
protocol Streams: Sendable {
  func isTerminal(_ stream: StandardStream) -> Bool
  /// Columns that help is wrapped to; nil: those of the terminal, 80 where there is none.
  var helpColumns: Int? { get }

  /// - Returns: why not; nil when all is written.
  func write(_ text: String, to stream: StandardStream) -> Errno?

  /// No more than so many bytes of standard input, up to its end.
  func read(upToCount count: Int) throws -> Data
  /// Lets go what was typed and not read yet.
  func forgetTyped()
  /// The line that somebody types as an answer.
  ///
  /// - Returns: nil at the end of standard input, and for what was pasted.
  func nextLine() -> String?

  /// Calls back once nobody reads standard output any more, also while nothing is written.
  func watchReader(_ onGone: @escaping @Sendable () -> Void)
}

enum StandardStream: Sendable {
  case input, output, error

  fileprivate var descriptor: FileDescriptor {
    switch self {
    case .input: .standardInput
    case .output: .standardOutput
    case .error: .standardError
    }
  }
}

/// Those of this process. By write(2): nothing is buffered when the program is cut short.
struct ProcessStreams: Streams {
  func isTerminal(_ stream: StandardStream) -> Bool { isatty(stream.descriptor.rawValue) == 1 }

  var helpColumns: Int? { nil }

  func write(_ text: String, to stream: StandardStream) -> Errno? {
    do throws(Errno) {
      _ = try Errno.typed { try stream.descriptor.writeAll(text.utf8) }
      return nil
    } catch {
      return error
    }
  }

  func read(upToCount count: Int) throws -> Data {
    try FileHandle.standardInput.read(upToCount: count) ?? Data()
  }

  func forgetTyped() { tcflush(STDIN_FILENO, TCIFLUSH) }

  func nextLine() -> String? {
    guard isTerminal(.input) else { return readLine() }
    // A terminal that puts brackets around a paste shows that nobody typed it; any other shows it by
    // what follows the line at once.
    let hasBrackets = isTerminal(.error) && getenv("TERM").map { String(cString: $0) } != "dumb"
    if hasBrackets { _ = write("\u{1B}[?2004h", to: .error) }
    defer { if hasBrackets { _ = write("\u{1B}[?2004l", to: .error) } }
    let line = readLine()
    var rest = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&rest, 1, Self.pasteGap) > 0, rest.revents & Int16(POLLIN) != 0 else { return line }
    forgetTyped()
    return nil
  }

  /// Milliseconds between two lines below which nobody has typed the second.
  private static let pasteGap: Int32 = 50

  func watchReader(_ onGone: @escaping @Sendable () -> Void) {
    // A reader that leaves is told by write(2) and poll(2), not by a signal.
    signal(SIGPIPE, SIG_IGN)
    Thread {
      var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      while poll(&descriptor, 1, -1) < 0, errno == EINTR {}
      if descriptor.revents & Int16(POLLERR | POLLHUP) != 0 { onGone() }
    }.start()
  }
}
