import ArgumentParser
import Foundation
import IPLeasesCore

/// Writing to the standard streams by write(2): nothing is buffered when the program is cut short.
enum Standard {
  static func output(_ text: String) {
    if let code = write(text, to: STDOUT_FILENO) { stop(code) }
  }

  static func error(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// The same as `output`; false where its reader has gone.
  static func offer(_ text: String) -> Bool {
    guard let code = write(text, to: STDOUT_FILENO) else { return true }
    if code != EPIPE { stop(code) }
    return false
  }

  static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }
  static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// - Returns: the error code; nil when all is written.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      bytes = bytes.dropFirst(written)
    }
    return nil
  }

  /// A full disk must not pass for an answer that was given.
  private static func stop(_ code: Int32) -> Never {
    stop(because: String(cString: strerror(code)))
  }

  private static func stop(because reason: String) -> Never {
    error(UserMessage("The answer could not be written", reason: reason).text + "\n")
    exit(Exit.untold)
  }

  static func problem(_ message: UserMessage) { error(OwnCommand.retold(message.text) + "\n") }

  /// Says what failed; the exit code is what to throw next.
  static func failure(_ message: UserMessage) -> ExitCode {
    problem(message)
    return ExitCode(message.isUntold ? Exit.untold : Exit.doesNotHold)
  }

  static func json(_ value: some Encodable, pretty: Bool = true) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    do { output(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n") } catch {
      stop(because: "\(error)")
    }
  }
}
