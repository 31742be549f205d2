import Basics

/// An argument vector taken apart: words and flags.
struct ArgumentVector {
  var words: [String] = []
  private var flags: [String: [String]] = [:]

  /// - Throws: the name of the first flag that is not known, with its hyphens.
  init(
    _ arguments: [String], valued: Set<String>, switches: Set<String>,
    shorthands: [Character: String]
  ) throws(UnknownFlag) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument != "-" else {
        words.append(argument)
        continue
      }
      let isLong = argument.hasPrefix("--")
      let parts = argument.drop { $0 == "-" }.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      var name = String(parts.first ?? "")
      var value = parts.count > 1 ? String(parts[1]) : nil
      if !isLong {
        guard let letter = name.first, let long = shorthands[letter] else {
          throw UnknownFlag(flag: argument)
        }
        if name.count > 1, value == nil { value = String(name.dropFirst()) }
        name = long
      }
      if valued.contains(name) {
        flags[name, default: []].append(value ?? rest.popFirst() ?? "")
      } else if switches.contains(name) {
        flags[name, default: []].append(value ?? "true")
      } else {
        throw UnknownFlag(flag: isLong ? "--\(name)" : argument)
      }
    }
  }

  struct UnknownFlag: Error {
    var flag: String
  }

  func last(_ name: String) -> String? { flags[name]?.last }
  func all(_ name: String) -> [String] { flags[name] ?? [] }
  func isOn(_ name: String) -> Bool { flags[name].map { $0.last != "false" } ?? false }

  /// A time as Go writes it ("300s", "5m0s"), in seconds.
  func seconds(_ name: String) -> Double? { last(name).flatMap(Self.seconds) }

  static func seconds(_ text: String) -> Double? {
    Double(text) ?? GoDuration(parsing: text).map { Double($0.nanoseconds) / 1e9 }
  }
}
