import Foundation
import TestSupport
import Testing

@testable import Addresses
@testable import IPLeasesCore

/// 10,000 entries, read here and by Python's `ipaddress` with MetalLB's rules around it.
struct OracleTests {
  static let python: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
    let folders = path.split(separator: ":").map(String.init)
    return (["/usr/bin"] + folders).map { $0 + "/python3" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  @Test(.seeded, .enabled(if: python != nil, "python3 is not installed"))
  func entriesAreReadAsTheOracleReadsThem() throws {
    var random = SeededRandom(stream: 20)
    let entries = (0..<10_000).map { _ in EntryMaker.entry(using: &random) }
    let answers = try oracle(entries)
    try #require(answers.count == entries.count)
    var read = 0
    for (entry, answer) in zip(entries, answers) {
      let range = try? AddressRange(parsing: entry)
      let ours =
        range.map { range in
          let part = range.interval
          return "\(part.family.rawValue) \(part.lower) \(part.upper) \(part.count)"
        } ?? "refused"
      #expect(ours == answer, "\(entry.debugDescription)")
      if let range {
        read += 1
        let canonical = range.interval.entry
        #expect((try? AddressRange(parsing: canonical))?.interval == range.interval)
        let sum = range.interval.blocks.reduce(AddressCount(0)) { $0 + $1.interval.count }
        #expect(sum == range.count)
      }
    }
    #expect(read > 2_000 && read < 9_000)
  }

  private func oracle(_ entries: [String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(path: "entries")
    let target = folder.appending(path: "answers")
    let lines = try entries.map { entry in
      String(decoding: try JSONEncoder().encode(entry), as: UTF8.self) + "\n"
    }
    try Data(lines.joined().utf8).write(to: source)
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "oracle.py")
    let python = try #require(Self.python)
    let status = try run([python, script.path(), source.path(), target.path()])
    try #require(status == 0)
    return String(decoding: try Data(contentsOf: target), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  private func run(_ arguments: [String]) throws -> Int32 {
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    try #require(posix_spawn(&process, arguments[0], nil, nil, words, environ) == 0)
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    return status
  }
}

/// Entries near the border between what is read and what is refused.
enum EntryMaker {
  static func entry(using random: inout SeededRandom) -> String {
    var text: String
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: text = address(using: &random) + "/" + length(using: &random)
    case 4..<8: text = span(using: &random)
    case 8: text = address(using: &random)
    default: text = noise(using: &random)
    }
    if Int.random(in: 0..<3, using: &random) == 0 { text = mutated(text, using: &random) }
    return text
  }

  static func mutated(_ text: String, using random: inout SeededRandom) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let place = Int.random(in: 0...scalars.count, using: &random)
      let sign =
        Array(" \t-./:0159afF%,+–\u{A0}\u{3000}\u{1C}\0x".unicodeScalars)
        .randomElement(using: &random) ?? "-"
      switch Int.random(in: 0..<3, using: &random) {
      case 0: scalars.insert(sign, at: place)
      case 1 where place < scalars.count: scalars.remove(at: place)
      case 2 where place < scalars.count: scalars[place] = sign
      default: break
      }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func span(using random: inout SeededRandom) -> String {
    let gap = ["-", " - ", "\t-", "- \u{A0}", "-\n"].randomElement(using: &random) ?? "-"
    let first = address(using: &random)
    guard Int.random(in: 0..<3, using: &random) > 0, let start = IPAddress(parsing: first) else {
      return first + gap + address(using: &random)
    }
    let step = UInt128.random(in: 0...600, using: &random)
    let end = min(start.value, start.family.highest - step) + step
    return first + gap + "\(IPAddress(family: start.family, value: end))"
  }

  private static func length(using random: inout SeededRandom) -> String {
    let zeros = String(repeating: "0", count: max(0, Int.random(in: -4...2, using: &random)))
    let most = [32, 32, 33, 128, 129].randomElement(using: &random) ?? 32
    return zeros + "\(Int.random(in: 0...most, using: &random))"
  }

  private static func address(using random: inout SeededRandom) -> String {
    let bits = UInt32.random(in: .min ... .max, using: &random)
    let dotted = IPAddress(family: .v4, value: UInt128(bits)).description
    switch Int.random(in: 0..<8, using: &random) {
    case 0..<4: return dotted
    case 4: return "::ffff:" + dotted
    case 5: return "::" + dotted
    case 6:
      var groups = (0..<8).map { _ in
        String(UInt16.random(in: 0...0x1FF, using: &random), radix: 16)
      }
      let place = Int.random(in: 0...7, using: &random)
      groups.replaceSubrange(place..<Int.random(in: place...8, using: &random), with: [""])
      return groups.joined(separator: ":")
    default:
      let value = UInt128.random(in: 0 ... .max, using: &random)
      return IPAddress(family: .v6, value: value).description
    }
  }

  private static func noise(using random: inout SeededRandom) -> String {
    let signs = Array("0123456789abcf.:/- ")
    return String(
      (0..<Int.random(in: 0...24, using: &random)).map { _ in
        signs.randomElement(using: &random) ?? "-"
      })
  }
}
