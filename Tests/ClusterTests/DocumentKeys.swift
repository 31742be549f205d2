import Foundation
import Testing

/// The keys of the JSON documents, as they are promised: more may be there, none may be missing.
enum DocumentKeys {
  typealias Object = [String: Any]

  static func checkSteps(_ document: Object) throws {
    check(document, "schema", "context", "way", "steps")
    #expect(document["schema"] as? String == "ip-leases/steps/v1")
    for row in try rows(document, "steps") {
      check(row, "id", "title", "state", "evidence", "blockedBy", "guide")
    }
  }

  static func checkPlan(_ document: Object) throws {
    check(document, "schema", "steps")
    #expect(document["schema"] as? String == "ip-leases/plan/v1")
    for row in try rows(document, "steps") {
      check(row, "id", "actions", "undo", "touches")
      for action in try rows(row, "actions") + rows(row, "undo") {
        switch action["kind"] as? String {
        case "command":
          check(action, "argv", "stdin")
          #expect(action["stdin"] is String || action["stdin"] is NSNull)
        case "file": check(action, "path", "diff")
        case "wait": check(action, "until")
        default: Issue.record("unknown kind: \(action)")
        }
      }
    }
  }

  static func checkApply(_ document: Object) throws {
    check(document, "schema", "steps")
    #expect(document["schema"] as? String == "ip-leases/apply/v1")
    for row in try rows(document, "steps") { check(row, "id", "result", "seconds", "message") }
  }

  static func checkStatus(_ document: Object) throws {
    check(document, "schema", "now", "why", "do", "parts", "addresses")
    #expect(document["schema"] as? String == "ip-leases/status/v1")
    for row in try rows(document, "parts") { check(row, "id", "version", "ready", "state") }
    let addresses = try rows(document, "addresses")
    for row in addresses { check(row, "source", "total", "inUse", "ageSeconds", "state") }
    #expect(
      addresses.map { $0["source"] as? String } == ["pool", "metallb", "operator", "provider"])
  }

  static func checkActivity(_ line: Substring) throws {
    let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object ?? [:]
    check(
      entry, "time", "context", "step", "argv", "changes", "exit", "seconds", "stdoutTail",
      "stderrTail")
  }

  private static func check(_ object: Object, _ keys: String...) {
    let missing = Set(keys).subtracting(object.keys)
    #expect(missing.isEmpty, "\(object)")
  }

  private static func rows(_ object: Object, _ key: String) throws -> [Object] {
    try #require(object[key] as? [Object], "\(key) of \(object)")
  }
}
