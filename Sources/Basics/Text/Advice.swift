/// What to do, in words, with the commands of this program in it as values: each is rendered for the
/// call at hand, with the options that chose its cluster.
package struct Advice: Hashable, Sendable {
  fileprivate enum Part: Hashable, Sendable {
    case words(String)
    /// A command of this program, without its name.
    case own([String])
  }

  private var parts: [Part]

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
}

extension Advice: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var parts: [Part] = []

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { parts.append(.words(literal)) }
    package mutating func appendInterpolation(_ number: Int) { parts.append(.words("\(number)")) }
    package mutating func appendInterpolation(_ advice: Advice) { parts += advice.parts }
    package mutating func appendInterpolation(own words: [String]) { parts.append(.own(words)) }
  }

  package init(stringLiteral text: String) { self.init(text) }
  package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
}
