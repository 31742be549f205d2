import Basics
import Yams

/// Reads the YAML documents of a text under bounds. Errors never quote the text: it may hold
/// BGP passwords.
enum LegacyText {
  /// A ConfigMap has at most 1 MiB (Kubernetes); indented, with what kubectl keeps beside it, about
  /// twice that.
  static let mostBytes = 2 << 20
  static let mostNodes = 100_000
  /// Line ends and commas: every value of a document stands behind one, so this bounds the work
  /// before any of it is done.
  private static let mostSeparators = 150_000

  struct Document {
    var root: YAMLNode
    /// Further documents follow, which MetalLB's converter does not read.
    var isFollowed: Bool
  }

  /// nil where the text says nothing.
  static func document(in text: String, name: String) throws(UserMessage) -> Document? {
    let (roots, failure) = try documents(in: text, name: name)
    guard let root = roots.first else {
      if let failure { throw failure }
      return nil
    }
    return Document(root: root, isFollowed: roots.count > 1)
  }

  /// Every document of the text up to the one that cannot be read, and why that cannot.
  static func documents(
    in text: String, name: String
  ) throws(UserMessage) -> (roots: [YAMLNode], failure: UserMessage?) {
    try checkSize(text, name)
    let body = text.unicodeScalars.first == "\u{FEFF}" ? String(text.dropFirst()) : text
    try checkAliases(body, name)
    var roots: [YAMLNode] = []
    do {
      let parser = try Yams.Parser(yaml: body, encoding: .utf8)
      var budget = mostNodes
      while let node = try parser.nextRoot() { roots.append(try YAMLNode(node, budget: &budget)) }
      return (roots, nil)
    } catch {
      return (roots, message(for: error, name))
    }
  }

  // MARK: Bounds

  private static func checkSize(_ text: String, _ name: String) throws(UserMessage) {
    let bytes = text.utf8
    guard bytes.count <= mostBytes else { throw tooLarge(name, "it has \(bytes.count) bytes") }
    let separators = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ",") }
    guard separators <= mostSeparators else {
      throw tooLarge(name, "it has \(separators) line ends and commas")
    }
  }

  /// Yams hashes the keys of a mapping while it composes: a nest of aliases inside a key makes that
  /// endless. Where aliases are, nothing that could be such a key may be.
  private static func checkAliases(_ text: String, _ name: String) throws(UserMessage) {
    let bytes = Array(text.utf8)
    let aliases = YAMLAliases(bytes).uses
    guard !aliases.isEmpty else { return }
    let hasFlowMapping = bytes.contains(UInt8(ascii: "{"))
    let isKey =
      aliases.contains { alias in
        if isBeforeColon(alias.end, bytes) { return true }
        // In `{*a}` and `{a: b, *a}` it is a key without a value; behind a comma it may be one.
        switch lastSign(before: alias.start, bytes) {
        case UInt8(ascii: "{"): return true
        case UInt8(ascii: ","): return hasFlowMapping
        default: return false
        }
      }
      || bytes.indices.contains { index in
        switch bytes[index] {
        case UInt8(ascii: "]"), UInt8(ascii: "}"): isBeforeColon(index + 1, bytes)
        case UInt8(ascii: "?"): true
        default: false
        }
      }
    guard !isKey else {
      throw UserMessage(
        "\(name) cannot be read safely.",
        reason: "it has YAML aliases beside question marks, or lists or mappings as keys",
        advice: "Write out what the aliases stand for.")
    }
  }

  private static func isBeforeColon(_ start: Int, _ bytes: [UInt8]) -> Bool {
    bytes[start...].first { !isBlank($0) } == UInt8(ascii: ":")
  }

  private static func lastSign(before end: Int, _ bytes: [UInt8]) -> UInt8? {
    bytes[..<end].last { !isBlank($0) }
  }

  /// Line ends of libyaml that are no ASCII count as well.
  private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 || byte >= 0x80 }

  // MARK: Messages

  private static func tooLarge(_ name: String, _ reason: String) -> UserMessage {
    UserMessage(
      "\(name) is too large.", reason: "\(reason); no ConfigMap of MetalLB has as many",
      advice: "Check that it is the right file.")
  }

  private static func message(for error: any Error, _ name: String) -> UserMessage {
    if let error = error as? YAMLNode.TooManyNodes {
      let place =
        error.key.map { " up to line \(error.line), key \(LegacyReader.quoted($0))" } ?? ""
      return tooLarge(
        name, "with its aliases written out it has more than \(mostNodes) values\(place)")
    }
    guard let error = error as? YamlError else { return UserMessage("\(name) is not YAML.") }
    return UserMessage(
      "\(name) is not YAML.", reason: YAMLText.reason(of: error),
      advice: "Correct the line; kubectl -n metallb-system get configmap config -o yaml gives it "
        + "as the cluster has it.")
  }
}
