import Foundation

/// What a reading command of helm looks up in the Secrets that helm keeps its releases in. Whatever is
/// not plain from its arguments, the tool is asked.
enum HelmRead: Hashable, Sendable {
  /// The last revision of each release of all namespaces, but for those that are gone.
  case list
  case values(release: String, namespace: String)

  init?(_ command: Command) {
    guard command.tool == .helm, !command.changes else { return nil }
    var words = command.arguments[...]
    var plain: [String] = []
    var namespace: String?
    var output: String?
    while let word = words.popFirst() {
      switch word {
      case "-n", "-o", "--kube-context", "--kubeconfig":
        guard let value = words.popFirst() else { return nil }
        if word == "-n" { namespace = value }
        if word == "-o" { output = value }
      default: plain.append(word)
      }
    }
    if plain == Self.listWords, output == "json", namespace == nil {
      self = .list
    } else if plain.count == 3, plain.prefix(2) == ["get", "values"], output == "yaml",
      let namespace
    {
      self = .values(release: plain[2], namespace: namespace)
    } else {
      return nil
    }
  }

  private static let listWords = [
    "list", "--all-namespaces", "--deployed", "--failed", "--pending", "--uninstalling", "--max",
    "0",
  ]

  /// Helm keeps its releases in Secrets, and talks to the cluster that kubectl talks to.
  static func isUsual(_ environment: [String: String]) -> Bool {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    return variables.allSatisfy { name, value in
      if value.isEmpty { return true }
      if name == "HELM_DRIVER" { return ["secret", "secrets"].contains(value) }
      return name != "HELM" && !name.hasPrefix("HELM_KUBE")
    }
  }
}

/// A release as its Secret holds it (helm: pkg/storage/driver/util.go, v3.18: the JSON of a release,
/// packed with gzip, in base64; the Secret's own base64 goes around it).
struct StoredRelease: Decodable {
  struct Info: Decodable {
    var status: String
    var lastDeployed: String?

    enum CodingKeys: String, CodingKey {
      case status
      case lastDeployed = "last_deployed"
    }
  }

  struct Chart: Decodable {
    struct Metadata: Decodable {
      var name: String
      var version: String
      var appVersion: String?
    }
    var metadata: Metadata
  }

  var name: String
  var namespace: String
  var version: Int
  var info: Info
  var chart: Chart
  var config: PlainValue?

  /// A row of `helm list -o json`.
  struct Row: Encodable {
    var name: String
    var namespace: String
    var revision: String
    var updated: String
    var status: String
    var chart: String
    var appVersion: String

    enum CodingKeys: String, CodingKey {
      case name, namespace, revision, updated, status, chart
      case appVersion = "app_version"
    }
  }

  /// nil if its time is in no form that is known.
  var row: Row? {
    guard let updated = info.lastDeployed.flatMap(Self.goTime) else { return nil }
    return Row(
      name: name, namespace: namespace, revision: String(version), updated: updated,
      status: info.status, chart: "\(chart.metadata.name)-\(chart.metadata.version)",
      appVersion: chart.metadata.appVersion ?? "")
  }

  /// Go's words for a time: "2026-11-23 16:45:30.99193709 +0000 UTC".
  static func goTime(_ text: String) -> String? {
    guard
      let match = text.wholeMatch(
        of: /(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(?:(Z)|([+-]\d\d):(\d\d))/)
    else { return nil }
    let zone = match.4.flatMap { hours in match.5.map { "\(hours)\($0)" } }
    let name = zone.map { "\($0) \($0)" } ?? "+0000 UTC"
    return "\(match.1) \(match.2) \(name)"
  }
}

/// Values as JSON gives them.
enum PlainValue: Hashable, Sendable, Decodable {
  case null
  case bool(Bool)
  case integer(Int)
  case decimal(Double)
  case text(String)
  case list([PlainValue])
  case map([String: PlainValue])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? value.decode(Int.self) {
      self = .integer(integer)
    } else if let decimal = try? value.decode(Double.self) {
      self = .decimal(decimal)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([PlainValue].self) {
      self = .list(list)
    } else {
      self = .map(try value.decode([String: PlainValue].self))
    }
  }

  /// The map as helm prints it with `-o yaml`; nil if it holds anything whose writing is not beyond
  /// doubt, or nothing.
  var helmText: String? {
    guard case .map(let map) = self, !map.isEmpty else { return nil }
    var lines: [String] = []
    guard Self.write(map, indent: "", to: &lines) else { return nil }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func write(
    _ map: [String: PlainValue], indent: String, to lines: inout [String]
  ) -> Bool {
    for key in map.keys.sorted() {
      guard let value = map[key], isPlain(key),
        write(value, after: "\(indent)\(key):", indent: indent, to: &lines)
      else { return false }
    }
    return true
  }

  private static func write(
    _ value: PlainValue, after start: String, indent: String, to lines: inout [String]
  ) -> Bool {
    switch value {
    case .list(let items) where !items.isEmpty:
      lines.append(start)
      return items.allSatisfy { item in
        if case .map(let map) = item, !map.isEmpty {
          let first = lines.count
          guard write(map, indent: "\(indent)  ", to: &lines) else { return false }
          lines[first] = "\(indent)- \(lines[first].dropFirst(indent.count + 2))"
          return true
        }
        guard let word = word(item) else { return false }
        lines.append("\(indent)- \(word)")
        return true
      }
    case .map(let map) where !map.isEmpty:
      lines.append(start)
      return write(map, indent: "\(indent)  ", to: &lines)
    default:
      guard let word = word(value) else { return false }
      lines.append("\(start) \(word)")
      return true
    }
  }

  private static func word(_ value: PlainValue) -> String? {
    switch value {
    case .null: "null"
    case .bool(let bool): String(bool)
    case .integer(let integer): String(integer)
    case .decimal(let decimal):
      "\(decimal)".wholeMatch(of: /-?\d{1,9}\.\d{1,9}/).map { String($0.output) }
    case .text(""): "\"\""
    case .text(let text): isPlain(text) ? text : isQuoted(text) ? "\"\(text)\"" : nil
    case .list(let items): items.isEmpty ? "[]" : nil
    case .map(let map): map.isEmpty ? "{}" : nil
    }
  }

  /// It means itself without quotes in every version of YAML.
  private static func isPlain(_ text: String) -> Bool {
    // A version; or a duration or a size: no number in any notation has such a letter.
    if text.wholeMatch(of: /\d+\.\d+\.\d+/) != nil
      || text.wholeMatch(of: /\d+[A-Za-z\d]*[g-np-wyzG-NP-WYZ][A-Za-z\d]*/) != nil
    {
      return true
    }
    let marks = "_./:@%+=-"
    return text.first.map { $0.isASCII && $0.isLetter } ?? false
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0)) }
      && !text.hasSuffix(":") && !words.contains(text.lowercased())
  }

  /// Without quotes it would be a number or a truth value.
  private static func isQuoted(_ text: String) -> Bool {
    ["true", "false"].contains(text)
      || text.wholeMatch(of: /0|[1-9]\d{0,8}|\d{1,4}\.\d{1,6}/) != nil
  }

  private static let words: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity",
  ]
}
