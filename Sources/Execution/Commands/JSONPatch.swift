import Foundation

/// The text of a JSON patch (RFC 6902). Its `test` operations are the guard: where one does not
/// hold, the server refuses the whole patch.
package enum JSONPatch {
  package enum Operation {
    case test(path: String, Any)
    case replace(path: String, Any)
    case add(path: String, Any)
    case remove(path: String)
  }

  package static func text(_ operations: [Operation]) -> String {
    let list: [[String: Any]] = operations.map { operation in
      switch operation {
      case .test(let path, let value): ["op": "test", "path": path, "value": value]
      case .replace(let path, let value): ["op": "replace", "path": path, "value": value]
      case .add(let path, let value): ["op": "add", "path": path, "value": value]
      case .remove(let path): ["op": "remove", "path": path]
      }
    }
    // An empty patch would pass for one that was carried out.
    precondition(JSONSerialization.isValidJSONObject(list), "a patch holds only what JSON has")
    let data = try? JSONSerialization.data(
      withJSONObject: list, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
