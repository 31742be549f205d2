import Foundation

/// One line of the journal's file.
package struct JournalLine: Codable {
  var id: String
  var isStart: Bool
  package var time: Date
  var context: String?
  var step: String?
  var argv: [String]?
  var changes: Bool?
  var exit: Int32?
  var seconds: Double?
  var stdoutTail: String?
  var stderrTail: String?

  init(id: String, isStart: Bool, time: Date) {
    self.id = id
    self.isStart = isStart
    self.time = time
  }

  /// Bytes. No line of ours is as long: a command's arguments are the larger part of one, and the
  /// kernel takes no more than 128 KB of each.
  static let sizeLimit = 1 << 20

  /// nil for what is not a line of ours: torn, or garbage.
  package init?(_ bytes: Data) {
    guard let line = try? JSONDecoder().decode(JournalLine.self, from: bytes) else { return nil }
    self = line
  }

  /// Without a line end; JSON escapes those inside.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  private enum Key: String, CodingKey {
    case id, event, time, context, step, argv, changes, exit, seconds, stdoutTail, stderrTail
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    id = try values.decode(String.self, forKey: .id)
    isStart = try values.decode(String.self, forKey: .event) == "start"
    time = try Self.style.parse(values.decode(String.self, forKey: .time))
    context = try values.decodeIfPresent(String.self, forKey: .context)
    step = try values.decodeIfPresent(String.self, forKey: .step)
    argv = try values.decodeIfPresent([String].self, forKey: .argv)
    changes = try values.decodeIfPresent(Bool.self, forKey: .changes)
    exit = try values.decodeIfPresent(Int32.self, forKey: .exit)
    seconds = try values.decodeIfPresent(Double.self, forKey: .seconds)
    stdoutTail = try values.decodeIfPresent(String.self, forKey: .stdoutTail)
    stderrTail = try values.decodeIfPresent(String.self, forKey: .stderrTail)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(id, forKey: .id)
    try values.encode(isStart ? "start" : "end", forKey: .event)
    try values.encode(Self.style.format(time), forKey: .time)
    try values.encodeIfPresent(context, forKey: .context)
    try values.encodeIfPresent(step, forKey: .step)
    try values.encodeIfPresent(argv, forKey: .argv)
    try values.encodeIfPresent(changes, forKey: .changes)
    try values.encodeIfPresent(exit, forKey: .exit)
    try values.encodeIfPresent(seconds, forKey: .seconds)
    try values.encodeIfPresent(stdoutTail, forKey: .stdoutTail)
    try values.encodeIfPresent(stderrTail, forKey: .stderrTail)
  }

  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
