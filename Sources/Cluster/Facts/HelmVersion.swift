import Basics
import Execution

extension FactName {

  /// Of the helm on this machine.
  package static let helmVersion = FactName("helmVersion")
}

extension ClusterSnapshot {
  package var helmVersion: Fact<Version> {
    get { self[.helmVersion] }
    set { self[.helmVersion] = newValue }
  }
}

extension FactDefinition {
  // Runs a tool whatever the others share.
  static let helmVersion = FactDefinition.asked(.helmVersion, cost: 10, calm: nil) { snapshot in
    .text(.tool(Helm(snapshot.connection).version()), to: .helmVersion) {
      Version($0.trimmingSuffixSpaces)
    }
  }
}

extension String {
  /// Without the line end a tool prints after one word.
  var trimmingSuffixSpaces: String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}
