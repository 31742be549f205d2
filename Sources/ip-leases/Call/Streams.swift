import Foundation
import IPLeasesCore

/// Standard input, output and error of a call.
protocol Streams: Sendable {
  func isTerminal(_ stream: StandardStream) -> Bool
  /// Columns that help is wrapped to; nil: those of the terminal, 80 where there is none.
  var helpColumns: Int? { get }

  /// - Returns: the error code; nil when all is written.
  func write(_ text: String, to stream: StandardStream) -> Int32?

  /// No more than so many bytes of standard input, up to its end.
  func read(upToCount count: Int) throws -> Data
  /// Lets go what was typed and not read yet.
  func forgetTyped()
  /// - Returns: nil at the end of standard input.
  func nextLine() -> String?

  /// Calls back once nobody reads standard output any more, also while nothing is written.
  func watchReader(_ onGone: @escaping @Sendable () -> Void)
}

enum StandardStream: Sendable {
  case input, output, error

  fileprivate var descriptor: Int32 {
    switch self {
    case .input: STDIN_FILENO
    case .output: STDOUT_FILENO
    case .error: STDERR_FILENO
    }
  }
}

/// Those of this process. By write(2): nothing is buffered when the program is cut short.
struct ProcessStreams: Streams {
  func isTerminal(_ stream: StandardStream) -> Bool { isatty(stream.descriptor) == 1 }

  var helpColumns: Int? { nil }

  func write(_ text: String, to stream: StandardStream) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes {
        Glibc.write(stream.descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      bytes = bytes.dropFirst(written)
    }
    return nil
  }

  func read(upToCount count: Int) throws -> Data {
    try FileHandle.standardInput.read(upToCount: count) ?? Data()
  }

  func forgetTyped() { tcflush(STDIN_FILENO, TCIFLUSH) }

  func nextLine() -> String? { readLine() }

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
