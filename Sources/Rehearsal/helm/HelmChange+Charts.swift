import Basics
import Execution

/// Which chart is meant, and with which values.
extension HelmRehearsal {
  /// Finds "repository/chart" at the version asked for.
  func locate(_ text: String) throws(ToolRefusal) -> ChartReference {
    let parts = text.split(separator: "/").map(String.init)
    guard parts.count == 2, let row = state.repositories.first(where: { $0.name == parts[0] })
    else {
      if parts.count == 2 { throw .tool("repo \(parts[0]) not found") }
      throw .tool("non-absolute URLs should be in form of repo_name/path_to_chart, got: \(text)")
    }
    let charts = Charts.repositories.first { $0.url == row.url }?.charts ?? []
    let version = arguments.last("version") ?? ""
    let place = "\"\(parts[1])\" matching \(version) not found in \(parts[0]) index. "
    guard let chart = charts.first(where: { $0.name == parts[1] }) else {
      throw ToolRefusal(
        message: "chart \(place)(try 'helm repo update'): no chart name found",
        isBare: arguments.words.first == "upgrade")
    }
    let wanted = version.isEmpty ? chart.versions.first?.chart ?? "" : version
    guard chart.versions.contains(where: { $0.chart == wanted }) else {
      throw .tool(
        "chart \(place)(try 'helm repo update'): no chart version found for \(parts[1])-\(version)")
    }
    if state.faults.contains(.chartServerDown) {
      throw .tool("failed to fetch \(row.url)/\(parts[1])-\(wanted).tgz : 503 Service Unavailable")
    }
    return ChartReference(name: parts[1], version: wanted)
  }

  func givenValues() throws(ToolRefusal) -> JSONValue {
    var values = JSONValue.empty
    for path in arguments.all("values") {
      guard let text = readFile(path) else {
        throw ToolRefusal(message: "open \(path): no such file or directory", isBare: true)
      }
      do throws(YAMLDocument.ReadFailure) {
        let read = try YAMLDocument.json(in: text).first ?? .empty
        values = values.merged(with: .object(read.fields))
      } catch {
        throw ToolRefusal(
          message: "failed to parse \(path): error converting YAML to JSON: yaml: line "
            + "\(max(1, error.line - 1)): \(error.problem)", isBare: true)
      }
    }
    for (flag, isText) in [("set", false), ("set-string", true)] {
      for pair in arguments.all(flag).flatMap({ $0.split(separator: ",") }) {
        guard let equals = pair.firstIndex(of: "=") else {
          throw ToolRefusal(
            message: "failed parsing --\(flag) data: key \"\(pair)\" has no value", isBare: true)
        }
        let text = String(pair[pair.index(after: equals)...])
        let value = isText ? JSONValue.string(text) : Self.typed(text)
        let path = pair[..<equals].split(separator: ".").map(String.init)
        let patch = path.reversed().reduce(value) { .object([$1: $0]) }
        values = values.merged(with: patch)
      }
    }
    return values
  }

  private static func typed(_ text: String) -> JSONValue {
    switch text {
    case "true": true
    case "false": false
    case "null": .null
    default:
      text.hasPrefix("0") && text.count > 1
        ? .string(text) : Int(text).map { .int($0) } ?? .string(text)
    }
  }
}
