import Execution
import Foundation

/// A JSON patch as a saved command carries it.
struct SavedPatch {
  let kind: String
  let name: String
  private let operations: [[String: Any]]

  init?(_ action: Action) {
    guard case .command(let command) = action,
      let verb = command.arguments.firstIndex(of: "patch"), verb + 2 < command.arguments.count,
      let bytes = command.standardInput?.utf8,
      let list = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]]
    else { return nil }
    kind = command.arguments[verb + 1]
    name = command.arguments[verb + 2]
    operations = list
  }

  /// True where it writes the path, not only looks at it.
  func changes(_ path: String) -> Bool {
    operations.contains { $0["path"] as? String == path && $0["op"] as? String != "test" }
  }

  func value(_ operation: String, _ path: String) -> Any? {
    operations.first { $0["op"] as? String == operation && $0["path"] as? String == path }?["value"]
  }
}
