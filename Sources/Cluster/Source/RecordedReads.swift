import Basics
import Execution
import Foundation

/// What a cluster answered at one moment: by the paths of its API server, by the arguments of the
/// tools, and the last lines of its logs.
package struct RecordedReads: Hashable, Sendable {
  package struct Answer: Hashable, Sendable {
    /// HTTP's.
    package var status: Int
    package var body: Data

    package init(status: Int, body: Data) {
      self.status = status
      self.body = body
    }
  }

  package struct Said: Hashable, Sendable {
    package var exit: Int32
    package var output: Data
    package var errors: Data

    package init(exit: Int32, output: Data, errors: Data) {
      self.exit = exit
      self.output = output
      self.errors = errors
    }
  }

  /// Which container wrote a log.
  package struct LogKey: Hashable, Sendable, Comparable {
    package var namespace: String
    package var pod: String
    package var container: String
    package var isPrevious: Bool

    package init(namespace: String, pod: String, container: String, isPrevious: Bool) {
      self.namespace = namespace
      self.pod = pod
      self.container = container
      self.isPrevious = isPrevious
    }

    package static func < (one: LogKey, other: LogKey) -> Bool {
      (one.namespace, one.pod, one.container, one.isPrevious ? 1 : 0)
        < (other.namespace, other.pod, other.container, other.isPrevious ? 1 : 0)
    }

    /// nil where the target asks for no log.
    init?(target: String) {
      guard let url = URLComponents(string: target) else { return nil }
      let parts = url.path.split(separator: "/").map(String.init)
      guard parts.count == 7, parts[2] == "namespaces", parts[4] == "pods", parts[6] == "log"
      else { return nil }
      let items = url.queryItems ?? []
      self.init(
        namespace: parts[3], pod: parts[5],
        container: items.first { $0.name == "container" }?.value ?? "",
        isPrevious: items.contains { $0.name == "previous" && $0.value == "true" })
    }
  }

  /// When it was read.
  package var date: Date
  package var answers: [String: Answer] = [:]
  package var said: [[String]: Said] = [:]
  package var logs: [LogKey: Data] = [:]

  package init(date: Date) { self.date = date }

  /// The arguments of a command without those that say which cluster is meant.
  package static func words(_ command: Command) -> [String] {
    command.reaching(Connection()).argv
  }

  /// The parts of a long list become one: what goes on from a part is named after objects.
  package mutating func joinParts() {
    let mark = "&continue="
    for (target, answer) in answers where !target.contains(mark) {
      guard var whole = Self.json(answer.body), var next = Self.next(whole) else { continue }
      var items = whole["items"].items
      var left = answers.count
      while left > 0, let more = answers["\(target)\(mark)\(URLWords.encoded(next))"],
        let part = Self.json(more.body)
      {
        items += part["items"].items
        left -= 1
        guard let further = Self.next(part) else { break }
        next = further
      }
      whole["items"] = .array(items)
      whole["metadata"]["continue"] = .null
      whole["metadata"]["remainingItemCount"] = .null
      answers[target]?.body = Data(JSONText.compact(whole).utf8)
    }
    for target in answers.keys where target.contains(mark) { answers[target] = nil }
  }

  private static func next(_ list: JSONValue) -> String? {
    list["metadata"]["continue"].text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func json(_ body: Data) -> JSONValue? {
    try? JSONText.parse(String(decoding: body, as: UTF8.self))
  }
}
