import Foundation
import IPLeasesCore

/// Writing to the standard streams by write(2): nothing is buffered when the program is cut short.
enum Standard {
  static func output(_ text: String) { _ = write(text, to: STDOUT_FILENO) }
  static func error(_ text: String) { _ = write(text, to: STDERR_FILENO) }
  /// The same as `output`; false where nobody takes it any more.
  static func canWrite(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

  static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }
  static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return false
      }
      bytes = bytes.dropFirst(written)
    }
    return true
  }

  static func json(_ value: some Encodable, pretty: Bool = true) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    guard let data = try? encoder.encode(value) else { return }
    output(String(decoding: data, as: UTF8.self) + "\n")
  }
}
