import Basics
import Synchronization

/// The one exit of what a tool prints while it runs: nothing hostile and no secret passes, whatever
/// the pieces are that it comes in. What passes are whole lines.
final class ToolOutput: Sendable {
  private struct Stream {
    /// Not passed on yet.
    var rest: [UInt8] = []
    var keys = SecretKeys.Scanner()
  }

  private let redaction: Redaction
  private let pass: @Sendable (OutputChunk) -> Void
  /// Standard output and standard error.
  private let streams = Mutex([Stream(), Stream()])

  /// A line, or lines that a secret may go over, are not kept back longer than this.
  private static let longest = 64 << 10

  init(_ redaction: Redaction, pass: @escaping @Sendable (OutputChunk) -> Void) {
    self.redaction = redaction
    self.pass = pass
  }

  func take(_ chunk: OutputChunk) { move(chunk.bytes, isError: chunk.isError, isLast: false) }

  /// The tool has ended.
  func close() {
    for isError in [false, true] { move([], isError: isError, isLast: true) }
  }

  private func move(_ bytes: [UInt8], isError: Bool, isLast: Bool) {
    let text: String? = streams.withLock { streams in
      let index = isError ? 1 : 0
      streams[index].rest += bytes
      let ready = ready(in: streams[index].rest, isLast: isLast)
      guard ready > 0 else { return nil }
      let taken = streams[index].rest[..<ready]
      streams[index].rest.removeFirst(ready)
      return shown(taken, after: &streams[index].keys)
    }
    if let text { pass(OutputChunk(bytes: Array(text.utf8), isError: isError)) }
  }

  /// How many bytes can be passed on: whole lines, and not those that may begin a secret.
  private func ready(in rest: [UInt8], isLast: Bool) -> Int {
    if isLast { return rest.count }
    let newline = rest.lastIndex(of: UInt8(ascii: "\n"))
    if rest.count > Self.longest { return newline.map { $0 + 1 } ?? rest.count }
    guard let newline, !redaction.mayGoOn(after: Array(rest[..<newline])) else { return 0 }
    return newline + 1
  }

  private func shown(_ bytes: ArraySlice<UInt8>, after keys: inout SecretKeys.Scanner) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    let endsLine = bytes.last == UInt8(ascii: "\n")
    let body = endsLine ? String(text.unicodeScalars.dropLast()) : text
    let hidden = redaction.redacting(body, after: &keys)
    // What belongs to a value that is hidden already is left out with its line end.
    if hidden.isEmpty, !body.isEmpty { return nil }
    return SafeText.lines(hidden, limit: Self.longest).joined(separator: "\n")
      + (endsLine ? "\n" : "")
  }
}
