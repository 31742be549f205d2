/// A JSON patch (RFC 6902): its text, and what the API server makes of it. Its `test` operations are
/// the guard: where one does not hold, the server refuses the whole patch.
package enum JSONPatch {
  package enum Operation {
    case test(path: String, JSONValue)
    case replace(path: String, JSONValue)
    case add(path: String, JSONValue)
    case remove(path: String)

    fileprivate var json: JSONValue {
      switch self {
      case .test(let path, let value): ["op": "test", "path": .string(path), "value": value]
      case .replace(let path, let value): ["op": "replace", "path": .string(path), "value": value]
      case .add(let path, let value): ["op": "add", "path": .string(path), "value": value]
      case .remove(let path): ["op": "remove", "path": .string(path)]
      }
    }
  }

  package static func text(_ operations: [Operation]) -> String {
    JSONText.compact(.array(operations.map(\.json)))
  }

  package enum Refusal: Error {
    /// The text is not a list of operations.
    case unreadable(String)
    /// A test failed, or a path is not there.
    case invalid
  }

  package static func apply(_ text: String, to object: JSONValue) throws(Refusal) -> JSONValue {
    let parsed: JSONValue
    do throws(JSONText.SyntaxError) {
      parsed = try JSONText.parse(text)
    } catch {
      // kubectl turns YAML into JSON first, so that plain words become one string.
      throw .unreadable("json: cannot unmarshal string into Go value of type jsonpatch.Patch")
    }
    guard case .array(let operations) = parsed else {
      throw .unreadable("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    }
    var result = object
    for operation in operations {
      let path = (operation["path"].text ?? "").split(
        separator: "/", omittingEmptySubsequences: false
      ).dropFirst().map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
      result = try changed(result, path[...], operation)
    }
    return result
  }

  private static func changed(
    _ value: JSONValue, _ path: ArraySlice<String>, _ operation: JSONValue
  ) throws(Refusal) -> JSONValue {
    let verb = operation["op"].text ?? ""
    guard let head = path.first else {
      switch verb {
      case "test":
        guard value == operation["value"] else { throw .invalid }
        return value
      case "replace", "add": return operation["value"]
      default: throw .invalid
      }
    }
    switch value {
    case .object(var fields):
      if path.count == 1, verb != "test" {
        guard verb != "remove" || fields[head] != nil else { throw .invalid }
        if verb == "remove" {
          fields.removeValue(forKey: head)
        } else {
          fields[head] = operation["value"]
        }
        return .object(fields)
      }
      guard let inner = fields[head] else { throw .invalid }
      fields[head] = try changed(inner, path.dropFirst(), operation)
      return .object(fields)
    case .array(var items):
      if path.count == 1, verb == "add" {
        let index = head == "-" ? items.count : Int(head) ?? -1
        guard (0...items.count).contains(index) else { throw .invalid }
        items.insert(operation["value"], at: index)
        return .array(items)
      }
      guard let index = Int(head), items.indices.contains(index) else { throw .invalid }
      if path.count == 1, verb == "remove" {
        items.remove(at: index)
      } else {
        items[index] = try changed(items[index], path.dropFirst(), operation)
      }
      return .array(items)
    case .null, .bool, .int, .double, .string: throw .invalid
    }
  }
}
