import Basics

/// Whether a fact was read, whatever it is.
package enum Reading: Hashable, Sendable {
  /// Known, or known to be absent.
  case done
  case unreadable(UserMessage)
  case notRead
}

extension Fact {
  package var reading: Reading {
    switch self {
    case .known, .absent: .done
    case .unreadable(let problem, _): .unreadable(problem)
    case .notRead: .notRead
    }
  }
}

/// A fact of whatever kind.
protocol AnyFact: Sendable {
  var reading: Reading { get }
  var isAbsent: Bool { get }
  func isEqual(to other: any AnyFact) -> Bool
}

extension Fact: AnyFact where Value: Equatable {
  func isEqual(to other: any AnyFact) -> Bool { (other as? Fact<Value>) == self }
}

/// What was read, by its name.
struct FactStore: Equatable, Sendable {
  private var facts: [FactName: any AnyFact] = [:]

  subscript<Value: Equatable & Sendable>(name: FactName) -> Fact<Value> {
    get { facts[name] as? Fact<Value> ?? .notRead }
    set { facts[name] = if case .notRead = newValue { nil } else { newValue } }
  }

  func reading(of name: FactName) -> Reading { facts[name]?.reading ?? .notRead }

  func isAbsent(_ name: FactName) -> Bool { facts[name]?.isAbsent ?? false }

  static func == (one: FactStore, other: FactStore) -> Bool {
    one.facts.count == other.facts.count
      && one.facts.allSatisfy { name, fact in
        other.facts[name].map(fact.isEqual(to:)) ?? false
      }
  }
}
