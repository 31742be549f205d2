import Basics
import Execution
import Foundation

/// How a fact is read. It stands in one file together with its name and its place in the snapshot.
package struct FactDefinition: Sendable {
  package let name: FactName
  let making: Making
  /// The slowest first, so that they do not stand at the end of the row.
  var cost = 1
  /// It is read only where others make it worth a command.
  package var isOnDemand = false
  /// Whatever changes there may change this one: it is then asked for anew.
  var near: Set<FactName> = []
  /// After so long it is asked for anew in any case; nil: only when something near it changed.
  var calm: Duration? = .seconds(60)

  enum Making: Sendable {
    case listed(Listed)
    case asked([Question])
    /// Of files of this machine.
    case local(@Sendable (inout ClusterSnapshot, ConsoleSettings, Date) -> Void)
  }

  /// Made of the objects of some kinds, of one namespace or of all.
  struct Listed: Sendable {
    var listings: [Listing]
    /// What belongs to it as well, by what the releases say.
    var further: @Sendable (ClusterSnapshot) -> [Listing] = { _ in [] }
    var purpose: String
    var showsManagedFields = false
    /// Its kind may be missing where the others of its namespace are there.
    var isApart = false
    var take: @Sendable (inout ClusterSnapshot, Fact<ListedObjects>) -> Void
    /// Adds what `further` brought.
    var add: @Sendable (inout ClusterSnapshot, Fact<ListedObjects>) -> Void = { _, _ in }
  }

  /// What is asked once others are known.
  struct Question: Sendable {
    /// Those of them that are read at all must have been.
    var after: Set<FactName> = []
    var reads: @Sendable (ClusterSnapshot, ConsoleSettings) -> [Read]
  }

  static func listed<Value: Equatable & Sendable>(
    _ name: FactName, _ listings: [Listing], purpose: String,
    make: @escaping @Sendable (ListedObjects) -> Value?
  ) -> FactDefinition {
    let listed = Listed(listings: listings, purpose: purpose) { snapshot, objects in
      snapshot[name] =
        switch objects {
        case .known(let objects, let at):
          make(objects).map { Fact<Value>.known($0, at: at) } ?? .absent(at: at)
        case .absent(let at): .absent(at: at)
        case .unreadable(let problem, let at): .unreadable(problem, at: at)
        case .notRead: .notRead
        }
    }
    return FactDefinition(name: name, making: .listed(listed))
  }

  /// Changes how its objects are listed.
  mutating func change(_ change: (inout Listed) -> Void) {
    guard case .listed(var listed) = making else { return }
    change(&listed)
    self = FactDefinition(
      name: name, making: .listed(listed), cost: cost, isOnDemand: isOnDemand, near: near,
      calm: calm)
  }

  static func asked(
    _ name: FactName, cost: Int = 1, near: Set<FactName> = [], calm: Duration? = .seconds(60),
    _ questions: [Question]
  ) -> FactDefinition {
    FactDefinition(name: name, making: .asked(questions), cost: cost, near: near, calm: calm)
  }

  static func asked(
    _ name: FactName, cost: Int = 1, near: Set<FactName> = [], calm: Duration? = .seconds(60),
    _ read: @escaping @Sendable (ClusterSnapshot) -> Read
  ) -> FactDefinition {
    asked(
      name, cost: cost, near: near, calm: calm, [Question { snapshot, _ in [read(snapshot)] }])
  }
}

/// One read and what its answer does to the snapshot.
struct Read: Sendable {
  var request: ClusterRead
  /// The facts that are known once it has ended.
  var facts: Set<FactName> = []
  /// What is read as well where that is worth it by what this one brought.
  var then: @Sendable (ClusterSnapshot) -> Read? = { _ in nil }
  var take: @Sendable (inout ClusterSnapshot, Answer) -> Void

  init(
    _ request: ClusterRead, then: @escaping @Sendable (ClusterSnapshot) -> Read? = { _ in nil },
    take: @escaping @Sendable (inout ClusterSnapshot, Answer) -> Void
  ) {
    self.request = request
    self.then = then
    self.take = take
  }

  /// One answer in JSON.
  static func json<Body: Decodable & Sendable, Value: Equatable & Sendable>(
    _ request: ClusterRead, as type: Body.Type, to name: FactName,
    make: @escaping @Sendable (Body) -> Value
  ) -> Read {
    Read(request) { snapshot, answer in snapshot[name] = answer.decoded(as: type, to: make) }
  }

  /// - Parameter make: nil: it cannot be read.
  static func text<Value: Equatable & Sendable>(
    _ request: ClusterRead, to name: FactName, make: @escaping @Sendable (String) -> Value?
  ) -> Read {
    Read(request) { snapshot, answer in snapshot[name] = answer.text(make) }
  }
}

/// What came of a read, with the command that it stands for.
struct Answer: Sendable {
  var reply: Reply
  var command: Command
  var at: Date

  /// What was said; nil where it could not be asked.
  var said: CommandResult? {
    if case .said(let result) = reply { result } else { nil }
  }

  /// Why there is no value.
  func failed<Value>() -> Fact<Value> {
    switch reply {
    case .failed(let message): return .unreadable(message, at: at)
    case .said(let result) where result.exit.isSuccess: return strange(result)
    case .said(let result):
      switch ToolFailure.meaning(of: result, command: command) {
      case .absent: return .absent(at: at)
      case .unreadable(let message): return .unreadable(message, at: at)
      }
    case .objects, .releases, .repositories: return .notRead
    }
  }

  func decoded<Body: Decodable, Value>(
    as type: Body.Type, to make: (Body) -> Value
  ) -> Fact<Value> {
    guard let said, said.exit.isSuccess,
      let body = try? JSONDecoder.withTimes.decode(Body.self, from: said.standardOutput)
    else { return failed() }
    return .known(make(body), at: at)
  }

  func text<Value>(_ make: (String) -> Value?) -> Fact<Value> {
    guard let said, said.exit.isSuccess else { return failed() }
    let strange = UserMessage("\(command.tool.rawValue) gave an answer that cannot be read.")
    return make(said.outputText).map { .known($0, at: at) } ?? .unreadable(strange, at: at)
  }

  private func strange<Value>(_ result: CommandResult) -> Fact<Value> {
    let beginning = SafeText.line(result.outputText.prefix(80))
    return .unreadable(
      UserMessage(
        "To \(command.purpose): the answer is not what it should be.",
        reason: "it begins with: \(beginning)",
        advice: "See what \(command.shellText) prints."), at: at)
  }
}
