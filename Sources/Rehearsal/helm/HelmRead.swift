import Basics
import Execution

/// The verbs of helm that only look, and those of the chart repositories.
extension HelmRehearsal {
  // MARK: Releases

  func list() throws(ToolRefusal) -> Answer {
    let output = arguments.last("output") ?? "table"
    guard ["table", "json", "yaml"].contains(output) else {
      throw .tool(
        "invalid argument \"\(output)\" for \"-o, --output\" flag: invalid format type")
    }
    let filters: [(flag: String, statuses: [String])] = [
      ("deployed", ["deployed"]), ("failed", ["failed"]), ("uninstalling", ["uninstalling"]),
      ("pending", ["pending-install", "pending-upgrade", "pending-rollback"]),
    ]
    var wanted = filters.filter { arguments.isOn($0.flag) }.flatMap(\.statuses)
    if wanted.isEmpty { wanted = ["deployed", "failed"] }
    let rows = state.releases.filter { release in
      (arguments.isOn("all-namespaces") || release.namespace == namespace)
        && (arguments.isOn("all") || wanted.contains(release.latest?.status ?? ""))
    }.sorted { ($0.name, $0.namespace) < ($1.name, $1.namespace) }
    if arguments.isOn("short"), output == "table" {
      return done(rows.map { $0.name + "\n" }.joined())
    }
    let records = rows.compactMap(record)
    switch output {
    case "json": return done(ordered(records, Self.listKeys))
    case "yaml": return done(YAMLWriter.text(.array(records)))
    default:
      let heads = ["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"]
      let cells = records.map { record in Self.listKeys.map { record[$0].text ?? "" } }
      return done(Self.table([heads] + cells))
    }
  }

  private static let listKeys = [
    "name", "namespace", "revision", "updated", "status", "chart", "app_version",
  ]

  private func record(of release: ReleaseRecord) -> JSONValue? {
    guard let revision = release.latest else { return nil }
    return [
      "name": .string(release.name), "namespace": .string(release.namespace),
      "revision": .string(String(revision.number)),
      "updated": .string(Timestamp.goText(revision.updated)),
      "status": .string(revision.status), "chart": .string(revision.chart.text),
      "app_version": .string(revision.chart.appVersion),
    ]
  }

  /// JSON objects with their keys in Go's order of fields, on one line.
  private func ordered(_ records: [JSONValue], _ keys: [String]) -> String {
    let objects = records.map { record in
      let fields = keys.filter { !record[$0].isNull }.map {
        "\"\($0)\":\(JSONText.compact(record[$0]))"
      }
      return "{\(fields.joined(separator: ","))}"
    }
    return "[\(objects.joined(separator: ","))]\n"
  }

  func get(_ words: [String]) throws(ToolRefusal) -> Answer {
    guard words.first == "values" else {
      throw .tool("unknown command \"\(words.first ?? "")\" for \"helm get\"")
    }
    let release = try release(Array(words.dropFirst()), verb: "get values")
    var revision = release.latest
    if let number = arguments.last("revision").flatMap(Int.init), number != 0 {
      revision = release.revisions.first { $0.number == number }
    }
    guard let revision else { throw .tool("release: not found") }
    let isEmpty = revision.values.fields.isEmpty || state.faults.contains(.valuesNull)
    let values = isEmpty ? JSONValue.null : revision.values
    switch arguments.last("output") {
    case "json": return done(JSONText.compact(values) + "\n")
    case "yaml": return done(YAMLWriter.text(values))
    default: return done("USER-SUPPLIED VALUES:\n" + YAMLWriter.text(values))
    }
  }

  func status(_ words: [String]) throws(ToolRefusal) -> Answer {
    let release = try release(words, verb: "status")
    guard let revision = release.latest else { throw .tool("release: not found") }
    return done(Self.summary(of: revision, of: release))
  }

  /// The block helm prints after a change and for `status`.
  static func summary(of revision: ReleaseRecord.Revision, of release: ReleaseRecord) -> String {
    """
    NAME: \(release.name)
    LAST DEPLOYED: \(Timestamp.asctime(revision.updated))
    NAMESPACE: \(release.namespace)
    STATUS: \(revision.status)
    REVISION: \(revision.number)
    TEST SUITE: None

    """
  }

  func history(_ words: [String]) throws(ToolRefusal) -> Answer {
    let release = try release(words, verb: "history")
    if arguments.last("output") == "json" {
      let records = release.revisions.map { revision -> JSONValue in
        [
          "revision": .int(revision.number),
          "updated": .string(Timestamp.rfc3339Nano(revision.updated)),
          "status": .string(revision.status), "chart": .string(revision.chart.text),
          "app_version": .string(revision.chart.appVersion),
          "description": .string(revision.description),
        ]
      }
      let keys = ["revision", "updated", "status", "chart", "app_version", "description"]
      return done(ordered(records, keys))
    }
    let heads = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"]
    let rows = release.revisions.map { revision in
      [
        String(revision.number), Timestamp.asctime(revision.updated), revision.status,
        revision.chart.text, revision.chart.appVersion, revision.description,
      ]
    }
    return done(Self.table([heads] + rows))
  }

  // MARK: Repositories

  mutating func repository(_ words: [String]) throws(ToolRefusal) -> Answer {
    switch words.first {
    case "list", "ls": return try repositories()
    case "add": return try addRepository(Array(words.dropFirst()))
    case "update", "up": return try updateRepositories(Array(words.dropFirst()))
    default: throw .tool("unknown command \"\(words.first ?? "")\" for \"helm repo\"")
    }
  }

  private func repositories() throws(ToolRefusal) -> Answer {
    let rows = state.repositories
    if arguments.last("output") == "json" {
      let records = rows.map { row -> JSONValue in
        ["name": .string(row.name), "url": .string(row.url)]
      }
      return done(ordered(records, ["name", "url"]))
    }
    guard !rows.isEmpty else { throw .tool("no repositories to show") }
    return done(Self.table([["NAME", "URL"]] + rows.map { [$0.name, $0.url] }))
  }

  private mutating func addRepository(_ words: [String]) throws(ToolRefusal) -> Answer {
    guard words.count == 2 else { throw .tool("\"helm repo add\" requires 2 arguments") }
    let name = words[0]
    let url = words[1].hasSuffix("/") ? String(words[1].dropLast()) : words[1]
    if let old = state.repositories.first(where: { $0.name == name }),
      !arguments.isOn("force-update")
    {
      guard old.url == url else {
        throw .tool("repository name (\(name)) already exists, please specify a different name")
      }
      return done("\"\(name)\" already exists with the same configuration, skipping\n")
    }
    let isDown = state.faults.contains(.chartServerDown)
    guard !isDown, Charts.repositories.contains(where: { $0.url == url }) else {
      let host = url.split(separator: "/").dropFirst().first ?? ""
      let reason =
        isDown
        ? "failed to fetch \(url)/index.yaml : 503 Service Unavailable"
        : "Get \"\(url)/index.yaml\": dial tcp: lookup \(host): no such host"
      throw .tool(
        "looks like \"\(url)\" is not a valid chart repository or cannot be reached: \(reason)")
    }
    state.repositories.removeAll { $0.name == name }
    state.repositories.append(RepositoryRecord(name: name, url: url))
    return Answer("\"\(name)\" has been added to your repositories\n", delay: 0.4)
  }

  private func updateRepositories(_ words: [String]) throws(ToolRefusal) -> Answer {
    guard !state.repositories.isEmpty else {
      throw .tool("no repositories found. You must add one before updating")
    }
    if let unknown = words.first(where: { word in
      !state.repositories.contains { $0.name == word }
    }) {
      throw .tool("no repositories found matching '\(unknown)'.  Nothing will be updated")
    }
    var text = "Hang tight while we grab the latest from your chart repositories...\n"
    for row in state.repositories where words.isEmpty || words.contains(row.name) {
      if state.faults.contains(.chartServerDown) {
        text +=
          "...Unable to get an update from the \"\(row.name)\" chart repository (\(row.url)):\n"
          + "\tfailed to fetch \(row.url)/index.yaml : 503 Service Unavailable\n"
      } else {
        text += "...Successfully got an update from the \"\(row.name)\" chart repository\n"
      }
    }
    return Answer(text + "Update Complete. ⎈Happy Helming!⎈\n", delay: 0.3)
  }

  func search(_ words: [String]) throws(ToolRefusal) -> Answer {
    guard words.first == "repo" else {
      throw .tool("unknown command \"\(words.first ?? "")\" for \"helm search\"")
    }
    guard !state.repositories.isEmpty else { throw .tool("no repositories configured") }
    let term = words.dropFirst().joined(separator: " ").lowercased()
    var records: [JSONValue] = []
    for row in state.repositories.sorted(by: { $0.name < $1.name }) {
      let charts = Charts.repositories.first { $0.url == row.url }?.charts ?? []
      for chart in charts {
        let name = "\(row.name)/\(chart.name)"
        guard "\(name) \(chart.description)".lowercased().contains(term) else { continue }
        var versions = chart.versions
        if let only = arguments.last("version") { versions.removeAll { $0.chart != only } }
        if !arguments.isOn("versions") { versions = Array(versions.prefix(1)) }
        records += versions.map { version in
          [
            "name": .string(name), "version": .string(version.chart),
            "app_version": .string(version.app), "description": .string(chart.description),
          ]
        }
      }
    }
    switch arguments.last("output") {
    case "json":
      return done(ordered(records, ["name", "version", "app_version", "description"]))
    case "yaml": return done(YAMLWriter.text(.array(records)))
    default:
      if records.isEmpty { return done("No results found\n") }
      let rows = records.map { record in
        let text = record["description"].text ?? ""
        return [
          record["name"].text ?? "", record["version"].text ?? "",
          record["app_version"].text ?? "", text.count > 50 ? text.prefix(47) + "..." : text,
        ]
      }
      return done(Self.table([["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]] + rows))
    }
  }
}
