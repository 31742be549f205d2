import Basics
import Logs

/// What sources and known lines are called.
package enum LogNames {
  /// "speaker 3", "provider init", "operator, before its restart".
  package static func title(_ source: LogSource) -> String {
    var parts = source.tag.split(separator: ".").map(String.init)
    let first = parts.isEmpty ? "" : parts.removeFirst()
    let number = first.reversed().prefix { $0.isNumber }.reversed()
    var title = source.role.rawValue + (number.isEmpty ? "" : " \(String(number))")
    let isBefore = source.isPrevious
    if isBefore { parts.removeAll { $0 == "prev" } }
    if !parts.isEmpty { title += " " + parts.joined(separator: " ") }
    return SafeText.line(title, limit: 60) + (isBefore ? ", before its restart" : "")
  }

  /// "pod operator-ip-6c9f7d-x2, container operator-ip, node1".
  package static func place(_ source: LogSource) -> String {
    guard !source.pod.isEmpty else {
      return source.namespace.isEmpty
        ? "this console" : "events of \(SafeText.line(source.namespace, limit: 60))"
    }
    let node = source.node.map { ", \(SafeText.line($0, limit: 60))" } ?? ""
    let pod = SafeText.line(source.pod, limit: 80)
    return "pod \(pod), container \(SafeText.line(source.container, limit: 60))\(node)"
  }

  /// "IPL-0704 "; "" where no check explains it.
  package static func code(_ known: KnownLine) -> String { known.code.map { $0 + " " } ?? "" }
}
