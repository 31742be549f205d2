import Basics
import IPLeasesCore
import Logs

/// `logs -o json`: every key is there. What a terminal would obey is written as an escape.
enum LogJSON {
  static func text(_ line: LogLine, raw: String) -> String {
    let known = line.source.role
    let name = LogSourceName.allCases.first { $0.role == known }?.rawValue ?? known.rawValue
    // Without kubectl's time, which stands in its own key.
    let blank = raw.firstIndex(of: " ")
    let hasTime = blank.map { raw[..<$0].hasSuffix("Z") && raw.first?.isNumber == true } ?? false
    let own = hasTime ? blank.map { String(raw[raw.index(after: $0)...]) } ?? raw : raw
    var fields: [String: String] = [:]
    for field in line.fields { fields[field.key] = field.value }
    let pairs = fields.sorted { $0.key < $1.key }.map { "\(quote($0.key)):\(quote($0.value))" }
    var members = [
      ("time", line.time.map { quote($0.rfc3339) } ?? "null"), ("source", quote(name)),
      ("pod", quote(line.source.pod)), ("container", quote(line.source.container)),
      ("namespace", quote(line.source.namespace)),
      ("level", line.level.map { quote($0.word) } ?? "null"), ("message", quote(line.message)),
      ("fields", "{\(pairs.joined(separator: ","))}"), ("raw", quote(own)),
    ]
    if let code = line.known?.code { members.append(("code", quote(code))) }
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        if SafeText.wantsEscape(scalar) {
          for unit in UTF16.encode(scalar) ?? .init() { result += escape(unit) }
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
