import Basics
import Execution

/// Steps the admin set aside, each with the reason. One small JSON file for a cluster.
package struct SetAsideStore: Sendable {
  private let path: String

  package init(folder: StateFolder) { path = folder.stepsAside }

  private var file: JSONFile<[String: String]> { JSONFile(path: path, isPretty: true) }

  /// Why it is not known what is set aside; nil where it is.
  package var problem: UserMessage? { file.problem }

  /// A file that is not there or cannot be read is an empty list: setting aside only explains.
  package func all() -> [StepID: String] {
    Dictionary(
      uniqueKeysWithValues: (file.value ?? [:]).compactMap { name, reason in
        StepID(named: name).map { ($0, SafeText.line(reason, limit: 200)) }
      })
  }

  /// A nil reason takes the step back into the list.
  package func set(_ id: StepID, reason: String?) throws(UserMessage) {
    try file.update { kept throws(UserMessage) in
      var named = kept ?? [:]
      named[id.rawValue] = reason
      kept = named
    }
  }
}
