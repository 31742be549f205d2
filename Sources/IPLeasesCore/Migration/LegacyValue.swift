import Basics

/// A YAML value as MetalLB's converter understands it: by the words of YAML 1.1 as go-yaml version 2
/// knows them, where `on` is true and `0755` is octal.
struct LegacyValue: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    var key: String
    var value: LegacyValue
  }

  enum Content: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int128)
    case float(Double)
    case text(String)
    case list([LegacyValue])
    case map([Entry])
  }

  var content: Content
  /// A scalar as it is written, without quotes.
  var written = ""

  /// What stands there, in words.
  var kindText: String {
    switch content {
    case .null: "nothing"
    case .bool: "yes or no"
    case .integer, .float: "a number"
    case .text: "a text"
    case .list: "a list"
    case .map: "a mapping"
    }
  }

  // MARK: From YAML

  init(_ node: YAMLNode) throws(UserMessage) {
    switch node.content {
    case .scalar(let text, let style):
      written = text
      content = try Self.scalar(text, isPlain: style == .plain, tag: node.tag, line: node.line)
    case .sequence(let items):
      var values: [LegacyValue] = []
      for item in items { values.append(try LegacyValue(item)) }
      content = .list(values)
    case .mapping(let pairs):
      content = .map(try Self.entries(pairs))
    }
  }

  init(_ content: Content) { self.content = content }

  private static func entries(_ pairs: [YAMLNode.Pair]) throws(UserMessage) -> [Entry] {
    var entries: [Entry] = []
    var places: [String: Int] = [:]
    func set(_ entry: Entry) {
      if let place = places[entry.key] {
        entries[place] = entry
      } else {
        places[entry.key] = entries.count
        entries.append(entry)
      }
    }
    for pair in pairs {
      let value = try LegacyValue(pair.value)
      if case .scalar("<<", .plain) = pair.key.content {
        for entry in try merged(value, line: pair.key.line) { set(entry) }
      } else {
        set(Entry(key: try key(pair.key), value: value))
      }
    }
    return entries
  }

  /// What `<<` brings in. Of several mappings the first wins.
  private static func merged(_ value: LegacyValue, line: Int) throws(UserMessage) -> [Entry] {
    switch value.content {
    case .map(let entries): return entries
    case .list(let items):
      var entries: [Entry] = []
      for item in items.reversed() { entries += try merged(item, line: line) }
      return entries
    case .null, .bool, .integer, .float, .text:
      throw UserMessage("Line \(line): << wants a mapping, or a list of mappings.")
    }
  }

  private static func key(_ node: YAMLNode) throws(UserMessage) -> String {
    switch try LegacyValue(node).content {
    case .text(let text): return text
    case .integer(let number): return "\(number)"
    case .float(let number): return GoNumber.text(number)
    case .bool(let flag): return "\(flag)"
    case .null, .list, .map:
      throw UserMessage("Line \(node.line): a key must be a word.")
    }
  }

  private static func scalar(_ text: String, isPlain: Bool, tag: String, line: Int)
    throws(UserMessage) -> Content
  {
    let prefix = "tag:yaml.org,2002:"
    switch tag {
    case "": return isPlain ? plain(text) : .text(text)
    case "!", prefix + "str": return .text(text)
    case prefix + "int", prefix + "float", prefix + "bool", prefix + "null": return plain(text)
    default:
      throw UserMessage(
        "Line \(line): the YAML tag \(SafeText.line(tag, limit: 60)) is not known here.",
        advice: "Write the value without a tag.")
    }
  }

  /// An unquoted word.
  static func plain(_ text: String) -> Content {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
      return .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
      return .bool(false)
    case ".nan", ".NaN", ".NAN": return .float(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .float(-.infinity)
    default: break
    }
    guard let first = text.utf8.first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || "+-.".utf8.contains(first)
    else { return .text(text) }
    let digits = text.replacing("_", with: "")
    if first != UInt8(ascii: "."), let number = GoNumber.integer(digits) {
      return .integer(number)
    }
    if let number = GoNumber.float(digits) { return .float(number) }
    return .text(text)
  }
}

/// Numbers as Go reads and writes them.
enum GoNumber {
  /// `strconv.ParseInt(text, 0, 64)`, and what only fits without a sign.
  static func integer(_ text: String) -> Int128? {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    var radix = 10
    if rest.first == "0", rest.utf8.count > 1 {
      let letter = rest.dropFirst().first?.lowercased()
      let radixes = ["x": 16, "b": 2, "o": 8]
      if let known = letter.flatMap({ radixes[$0] }) {
        radix = known
        rest = rest.dropFirst(2)
      } else {
        radix = 8
        rest = rest.dropFirst()
      }
    }
    // Swift's own reading takes a sign here, Go's does not.
    guard rest.first != "+", rest.first != "-", rest.utf8.count <= 64,
      let value = Int128(rest, radix: radix)
    else { return nil }
    let number = isNegative ? -value : value
    let highest = text.first == "+" ? Int128(Int64.max) : Int128(UInt64.max)
    return (Int128(Int64.min)...highest).contains(number) ? number : nil
  }

  /// What go-yaml takes for a float: digits, a point, an exponent.
  static func float(_ text: String) -> Double? {
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    let whole = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(whole.count)
    var fraction = Substring()
    if rest.first == "." {
      rest = rest.dropFirst()
      fraction = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(fraction.count)
    }
    if whole.isEmpty && fraction.isEmpty { return nil }
    if rest.first == "e" || rest.first == "E" {
      rest = rest.dropFirst()
      if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
      let exponent = rest.prefix { $0.isASCII && $0.isNumber }
      if exponent.isEmpty { return nil }
      rest = rest.dropFirst(exponent.count)
    }
    // Beyond the range of a float Go gives up, and the word stays a text.
    guard rest.isEmpty, let number = Double(text), number.isFinite else { return nil }
    return number
  }

  /// `strconv.FormatFloat(number, 'g', -1, 64)`.
  static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
    let sign = number.sign == .minus ? "-" : ""
    if number == 0 { return sign + "0" }
    let (digits, point) = shortest(number.magnitude)
    let exponent = point - 1
    if exponent < -4 || exponent >= 6 { return sign + scientific(digits, exponent) }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if digits.count <= point {
      return sign + digits + String(repeating: "0", count: point - digits.count)
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  private static func scientific(_ digits: String, _ exponent: Int) -> String {
    let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
    let size = "\(exponent.magnitude)"
    return digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+")
      + (size.count < 2 ? "0" : "") + size
  }

  /// The fewest digits that read as the number, and where the point stands behind the first.
  private static func shortest(_ number: Double) -> (digits: String, point: Int) {
    let parts = "\(number)".split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let all = whole + (mantissa.count > 1 ? mantissa[1] : "")
    let leading = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leading))
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (digits, whole.count - leading + exponent)
  }
}
