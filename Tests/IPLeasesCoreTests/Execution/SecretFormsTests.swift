import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Basics
@testable import Execution

/// Secrets of every kind in every form a tool may print them in, through every door there is.
struct SecretFormsTests {
  @Test(.seeded) func noSecretComesOutInWhateverFormItIsPrinted() {
    var random = SeededRandom(stream: 21_001)
    for number in 0..<Amount(18, large: 10_000).count {
      let secret = GeneratedSecret(number, &random)
      let redaction = Redaction(secrets: [secret.text, "another one, of no use here"])
      for form in PrintedForm.allCases {
        let printed = form.print(secret, &random)
        let lines =
          "deployment.apps/controller created\n\(printed.text)\nservice/metrics configured\n"
        for door in Door.allCases {
          let shown = door.pass(lines, redaction, &random)
          let told = printed.told(in: shown, window: secret.hasWords ? 16 : 8)
          #expect(
            told == nil,
            "\(door), \(form): \(told ?? "") of \(secret.text.debugDescription): \(shown)")
          #expect(
            shown.contains("deployment.apps/controller create"),
            "\(door), \(form): \(secret.text.debugDescription): \(shown)")
        }
      }
    }
  }

  @Test func whatIsNoSecretStays() {
    var random = SeededRandom(stream: 21_002)
    let secrets = (0..<12).map { GeneratedSecret($0, &random).text }
    let redaction = Redaction(secrets: secrets)
    for sample in LogSample.all {
      #expect(redaction.redacting(sample.line) == Redaction().redacting(sample.line))
    }
    let lines = [
      "Digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "uid 8f14e45f-ceea-467f-9575-0f0d7a5d6b3c, 10.0.0.1, 10.0.0.2, 1, 2, 3, 4, 5, 6, 7, 8, 9",
      "release \"akash-provider\" has been upgraded. Happy Helming!", "日本 %41 \\n café",
    ]
    for line in lines { #expect(redaction.redacting(line) == line) }
  }

  @Test(arguments: [
    ("node: http://user:pa55@host:26657/x", "node: http://(hidden)@host:26657/x"),
    ("two https://a:b@c, http://d:e@f/ end", "two https://(hidden)@c, http://(hidden)@f/ end"),
    (
      "git https://user@host/x http://host:80/path@v2",
      "git https://user@host/x http://host:80/path@v2"
    ),
  ])
  func userAndPasswordOfAnAddressAreHidden(text: String, want: String) {
    #expect(Redaction().redacting(text) == want)
  }

  /// The piece that makes it a secret comes later.
  @Test func aSecretOverManyShortLinesIsHeldBackUntilItIsKnown() {
    let shown = Mutex("")
    let output = ToolOutput(Redaction(secrets: ["Zx81qW93Pl47"])) { chunk in
      shown.withLock { $0 += String(decoding: chunk.bytes, as: UTF8.self) }
    }
    for piece in ["start\nZx81", "\n  qW9", "3\n  Pl47\nend\n"] {
      output.take(OutputChunk(bytes: Array(piece.utf8), isError: false))
    }
    output.close()
    #expect(shown.withLock(\.self) == "start\n(hidden)\nend\n")
  }

  @Test func whatAToolPrintsPassesLineByLineAsItComes() {
    let shown = Mutex<[String]>([])
    let output = ToolOutput(Redaction(secrets: ["hunter22"])) { chunk in
      shown.withLock { $0.append(String(decoding: chunk.bytes, as: UTF8.self)) }
    }
    for piece in ["one\r\ntw", "o\u{1B}]0;x\u{07}\u{1B}[31m!\n", "three"] {
      output.take(OutputChunk(bytes: Array(piece.utf8), isError: false))
    }
    output.close()
    #expect(shown.withLock(\.self) == ["one\n", "two!\n", "three"])
  }
}

/// A way from a tool's output to where people see it.
private enum Door: CaseIterable {
  case live, liveInPieces, journal, reason, error

  func pass(_ text: String, _ redaction: Redaction, _ random: inout SeededRandom) -> String {
    switch self {
    case .live, .liveInPieces:
      let shown = Mutex("")
      let output = ToolOutput(redaction) { chunk in
        shown.withLock { $0 += String(decoding: chunk.bytes, as: UTF8.self) }
      }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let count = self == .live ? rest.count : min(rest.count, 1 + random.below(40))
        output.take(OutputChunk(bytes: Array(rest.prefix(count)), isError: false))
        rest = rest.dropFirst(count)
      }
      output.close()
      return shown.withLock(\.self)
    case .journal: return Journal.tail(of: Data(text.utf8), redaction: redaction)
    case .reason:
      let result = CommandResult(exit: .code(1), standardError: Data(text.utf8))
      let reason = ToolFailure.reason(in: result, redaction: redaction) ?? ""
      return "deployment.apps/controller created \(reason)"
    case .error: return redaction.redacting(text)
    }
  }
}

private struct GeneratedSecret {
  var text: String
  /// Words that are no secret by themselves.
  var hasWords = false

  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
  private static let signs = Array("!#$%&()*+,-./:;<=>?@[]^_`{|}~\"'\\")
  private static let words = [
    "abandon", "ability", "able", "about", "above", "absent", "absorb", "abstract", "absurd",
    "abuse", "access", "accident", "account", "accuse", "achieve", "acid",
  ]

  init(_ number: Int, _ random: inout SeededRandom) {
    func some(_ count: Int, of all: [Character]) -> String {
      String((0..<count).map { _ in all[random.below(all.count)] })
    }
    switch number % 6 {
    case 0: text = some(12 + random.below(30), of: Self.letters + Self.signs)
    case 1: text = some(16 + random.below(40), of: Self.letters)
    case 2:
      let bytes = (0..<(60 + random.below(400))).map { _ in UInt8(random.below(256)) }
      text = Data(bytes).base64EncodedString()
    case 3:
      let body = Data((0..<180).map { _ in UInt8(random.below(256)) }).base64EncodedString()
      let pem = "-----BEGIN TENDERMINT PRIVATE KEY-----\nkdf: bcrypt\n\n\(body)\n-----END-----\n"
      text = Data(pem.utf8).base64EncodedString()
    case 4: text = some(64, of: Array("0123456789abcdef"))
    default:
      text = (0..<24).map { _ in Self.words[random.below(Self.words.count)] }.joined(separator: " ")
      hasWords = true
    }
  }
}

/// How a tool prints a secret.
private enum PrintedForm: CaseIterable {
  case plain, goQuoted, jsonInGo, url, base64, base64Line, base64Bare, base64URL, wrapped20,
    wrapped64,
    wrapped76, wrapped5, middle, piece, colours, zeroWidth, block, json, variable, upper, blanks,
    overCRLF, hex, hexList, byteList, twice, thrice, insideBase64

  func print(_ secret: GeneratedSecret, _ random: inout SeededRandom) -> Printed {
    let text = secret.text
    let code = Data(text.utf8).base64EncodedString()
    func wrapped(_ text: String, _ width: Int, _ end: String) -> String {
      var rest = text[...]
      var lines: [Substring] = []
      while !rest.isEmpty {
        lines.append(rest.prefix(width))
        rest = rest.dropFirst(width)
      }
      return lines.joined(separator: end)
    }
    func between(_ sign: String, each count: Int) -> String {
      String(
        text.enumerated().flatMap {
          $0.offset % count == count - 1 ? sign + [$0.element] : [$0.element]
        })
    }
    switch self {
    case .plain: return Printed("error: \(text) is bad", text)
    case .goQuoted: return Printed("value \(Self.quoted(text)) is bad", Self.quoted(text))
    case .jsonInGo:
      return Printed("patch \(Self.quoted("{\"v\":\(Self.quoted(text))}")) failed", text)
    case .url:
      let url = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      return Printed("GET /x?v=\(url)&a=b", url)
    case .base64: return Printed("data: \(code)", code)
    case .base64Line:
      let code = Data("\(text)\n".utf8).base64EncodedString()
      return Printed("data: \(code)", String(code.dropLast(4)))
    case .base64Bare:
      return Printed("data: \(code.filter { $0 != "=" })", code.filter { $0 != "=" })
    case .base64URL:
      let code = code.replacing("+", with: "-").replacing("/", with: "_").filter { $0 != "=" }
      return Printed("data: \(code)", code)
    case .wrapped20: return Printed("data:\n    " + wrapped(code, 20, "\n    "), code)
    case .wrapped64: return Printed("data: |\n  " + wrapped(code, 64, "\n  "), code)
    case .wrapped76: return Printed(wrapped(code, 76, "\r\n"), code)
    case .wrapped5: return Printed("x\n  " + wrapped(text, 5, "\n  "), text)
    case .middle:
      let start = random.below(max(text.count - 30, 1))
      let piece = String(text.dropFirst(start).prefix(30))
      return Printed("in \"...\(piece)...\"", piece)
    case .piece:
      let count = secret.hasWords ? 24 : 8
      let letters = text.filter { $0 != "\"" && $0 != "'" }
      let piece = String(letters.dropFirst(random.below(letters.count - count + 1)).prefix(count))
      return text == letters ? Printed("at \(piece)…", piece) : Printed("at", text)
    case .colours:
      return Printed("\u{1B}[1m" + between("\u{1B}[31;1m", each: 4) + "\u{1B}[0m", text)
    case .zeroWidth: return Printed(between("\u{200B}", each: 3), text)
    case .block:
      return Printed("note: |\n      " + text.replacing("\n", with: "\n      "), text)
    case .json: return Printed("{\"a\":1,\"b\":[\(Self.quoted(text))]}", text)
    case .variable: return Printed("AP_THING=\(text)", text)
    case .upper: return Printed("is \(text.uppercased())", text.uppercased())
    case .blanks: return Printed("is " + between(" ", each: 1), text)
    case .overCRLF: return Printed(wrapped(text, 9, "\r\n"), text)
    case .hex: return Printed("dump \(Self.hex(text, "")) end", Self.hex(text, ""))
    case .hexList:
      return Printed("b'\(Self.hex(text, ":").uppercased())'", Self.hex(text, ":").uppercased())
    case .byteList:
      let list = text.utf8.map { "\($0)" }.joined(separator: " ")
      return Printed("[]byte: [\(list)]", list)
    case .twice:
      let code = Data(code.utf8).base64EncodedString()
      return Printed("data: \(code)", code)
    case .thrice:
      let code = Data(Data("{\"x\":\"\(code)\"}".utf8).base64EncodedString().utf8)
        .base64EncodedString()
      return Printed("data: \(code)", code)
    case .insideBase64:
      let code = Data("key: x\nval: \(text)\nmore: y\n".utf8).base64EncodedString()
      return Printed("data: \(code)", String(code.dropFirst(20).dropLast(20)))
    }
  }

  private static func hex(_ text: String, _ separator: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: separator)
  }

  /// As strconv.Quote of Go writes it.
  private static func quoted(_ text: String) -> String {
    "\""
      + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n") + "\""
  }
}

private struct Printed {
  var text: String
  /// What nobody may see of it.
  private var payload: [UInt8]

  init(_ text: String, _ payload: String) {
    self.text = text
    self.payload = Self.packed(payload)
  }

  /// A piece of the secret that is in the text.
  func told(in shown: String, window: Int) -> String? {
    let there = Set(Self.windows(of: Self.packed(shown), window).map(\.packed))
    return Self.windows(of: payload, window).first { there.contains($0.packed) }?.text
  }

  private static func windows(of bytes: [UInt8], _ size: Int) -> [(packed: UInt128, text: String)] {
    guard bytes.count >= size else { return [] }
    return (0...bytes.count - size).map { start in
      let piece = bytes[start..<start + size]
      return (
        piece.reduce(0) { $0 << 8 | UInt128($1) }, String(decoding: piece, as: UTF8.self)
      )
    }
  }

  private static func packed(_ text: String) -> [UInt8] {
    Array(text.replacing("\u{200B}", with: "").utf8).filter { $0 > 0x20 }
  }
}
