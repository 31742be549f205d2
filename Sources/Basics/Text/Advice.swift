/// What to do, in words, with the commands of this program in it as values: each is rendered for the
/// call at hand, with the options that chose its cluster.
package struct Advice: Sendable {
  fileprivate enum Part: Hashable, Sendable {
    case words(String)
    /// A command of this program, without its name.
    case own([String])
  }

  fileprivate var parts: [Part]

  package init(_ text: String) { parts = [.words(text)] }

  /// - Parameter words: the subcommand and what follows it.
  package init(own words: [String]) { parts = [.own(words)] }

  /// - Parameter options: what each command of this program carries.
  package func text(_ options: [String] = []) -> String {
    parts.map { part in
      switch part {
      case .words(let words): words
      case .own(let words): ShellQuoting.quote(["ip-leases"] + options + words)
      }
    }.joined()
  }

  /// The same with nothing in its words that a terminal would obey.
  package var safe: Advice {
    var safe = self
    safe.parts = parts.map { part in
      if case .words(let words) = part { .words(SafeText.line(words)) } else { part }
    }
    return safe
  }
}

extension Advice: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { parts.append(.words(literal)) }
    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      parts.append(.words(value.description))
    }
    package mutating func appendInterpolation(_ advice: Advice) { parts += advice.parts }
    package mutating func appendInterpolation(own words: [String]) { parts.append(.own(words)) }
    /// - Parameter line: words with a blank between them and none inside.
    package mutating func appendInterpolation(own line: String) {
      parts.append(.own(line.split(separator: " ").map(String.init)))
    }
  }

  package init(stringLiteral text: String) { self.init(text) }
  package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
}

/// Advice in a text would lose what it carries: it is rendered for the call, or is part of an advice.
extension DefaultStringInterpolation {
  @available(*, unavailable, message: "say text(options), or make it an Advice")
  package mutating func appendInterpolation(_ advice: Advice) {}
}

extension Advice {
  package static func + (left: Advice, right: Advice) -> Advice {
    var whole = left
    whole.parts += right.parts
    return whole
  }
}

extension [Advice] {
  package func joined(separator: String) -> Advice {
    dropFirst().reduce(first ?? "") { "\($0)\(separator)\($1)" }
  }
}

/// Two say the same where their texts for a call without options do: one that was kept has no more.
extension Advice: Hashable {
  package static func == (left: Advice, right: Advice) -> Bool { left.text() == right.text() }
  package func hash(into hasher: inout Hasher) { hasher.combine(text()) }
}

/// Kept as its text for a call without options.
extension Advice: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text())
  }
}
