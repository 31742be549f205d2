import Execution

extension FactName {
  /// Whether this user may do everything.
  package static let permissions = FactName("permissions")
}

extension ClusterSnapshot {
  package var permissions: Fact<Bool> {
    get { self[.permissions] }
    set { self[.permissions] = newValue }
  }
}

extension FactDefinition {
  static let permissions = FactDefinition.asked(
    .permissions, cost: 6, calm: .seconds(600)
  ) { snapshot in
    Read(.tool(Kubectl(snapshot.connection).mayDoEverything())) { snapshot, answer in
      // kubectl answers "no" with exit code 1.
      guard let said = answer.said else {
        snapshot.permissions = answer.failed()
        return
      }
      let word = said.outputText.trimmingSuffixSpaces
      snapshot.permissions =
        word == "yes" || word == "no" ? .known(word == "yes", at: answer.at) : .notRead
    }
  }
}
