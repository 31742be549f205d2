import Foundation

/// Steps the admin set aside, each with the reason. One small JSON file for a cluster.
package struct SetAsideStore: Sendable {
  private let path: String

  package init(folder: StateFolder) { path = folder.stepsAside }

  /// A file that is not there or cannot be read is an empty list: setting aside only explains.
  package func all() -> [StepID: String] {
    guard let bytes = try? AtomicFile.read(path),
      let named = try? JSONDecoder().decode([String: String].self, from: bytes)
    else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: named.compactMap { name, reason in
        StepID(rawValue: name).map { ($0, SafeText.line(reason, limit: 200)) }
      })
  }

  /// A nil reason takes the step back into the list.
  package func set(_ id: StepID, reason: String?) throws(UserMessage) {
    var list = all()
    list[id] = reason
    let named = Dictionary(uniqueKeysWithValues: list.map { ($0.key.rawValue, $0.value) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    let data = (try? encoder.encode(named)) ?? Data("{}".utf8)
    try AtomicFile.write(data, to: path)
  }
}
