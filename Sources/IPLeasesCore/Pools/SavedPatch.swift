import Basics
import Execution

/// A JSON patch as a saved command carries it.
struct SavedPatch {
  let kind: String
  let name: String
  private let operations: [JSONValue]

  init?(_ action: Action) {
    guard case .command(let command) = action,
      let verb = command.arguments.firstIndex(of: "patch"), verb + 2 < command.arguments.count,
      let text = command.standardInput, case .array(let list)? = try? JSONText.parse(text)
    else { return nil }
    kind = command.arguments[verb + 1]
    name = command.arguments[verb + 2]
    operations = list
  }

  /// True where it writes the path, not only looks at it.
  func changes(_ path: String) -> Bool {
    operations.contains { $0["path"].text == path && $0["op"].text != "test" }
  }

  func value(_ operation: String, _ path: String) -> JSONValue? {
    operations.first { $0["op"].text == operation && $0["path"].text == path }?["value"]
  }
}
