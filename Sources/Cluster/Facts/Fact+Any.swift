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
  /// The same, whenever either was read.
  func says(theSameAs other: any AnyFact) -> Bool
}

extension Fact: AnyFact where Value: Equatable {
  func isEqual(to other: any AnyFact) -> Bool { (other as? Fact<Value>) == self }

  func says(theSameAs other: any AnyFact) -> Bool {
    switch (self, other as? Fact<Value>) {
    case (.known(let one, _), .known(let other, _)?): one == other
    case (.absent, .absent?), (.notRead, .notRead?): true
    case (.unreadable(let one, _), .unreadable(let other, _)?): one == other
    default: false
    }
  }
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

  /// The names under which the two say something else.
  func differing(from other: FactStore) -> Set<FactName> {
    let all = Set(facts.keys).union(other.facts.keys)
    return all.filter { name in
      guard let one = facts[name], let other = other.facts[name] else { return true }
      return !one.says(theSameAs: other)
    }
  }

  mutating func take(_ names: Set<FactName>, from other: FactStore) {
    for name in names { facts[name] = other.facts[name] }
  }

  static func == (one: FactStore, other: FactStore) -> Bool {
    one.facts.count == other.facts.count
      && one.facts.allSatisfy { name, fact in
        other.facts[name].map(fact.isEqual(to:)) ?? false
      }
  }
}
