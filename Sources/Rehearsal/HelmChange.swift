import IPLeasesCore

/// The verbs of helm that change a release.
extension HelmRehearsal {
  private enum Verb {
    case install
    case upgrade
    case rollback

    var failure: String {
      switch self {
      case .install: "INSTALLATION FAILED: "
      case .upgrade: "UPGRADE FAILED: "
      case .rollback: ""
      }
    }
    var pendingStatus: String {
      switch self {
      case .install: "pending-install"
      case .upgrade: "pending-upgrade"
      case .rollback: "pending-rollback"
      }
    }
    var failureWord: String {
      switch self {
      case .install: "Release"
      case .upgrade: "Upgrade"
      case .rollback: "Rollback"
      }
    }
  }

  // MARK: install, upgrade

  mutating func install(_ words: [String]) throws(ToolFailure) -> Answer {
    guard words.count >= 2 else {
      throw .tool(
        words.isEmpty
          ? "\"helm install\" requires at least 1 argument\n\nUsage:  helm install [NAME] [CHART] [flags]"
          : "INSTALLATION FAILED: must either provide a name or specify --generate-name")
    }
    return try install(words[0], chart: words[1], prefix: "INSTALLATION FAILED: ")
  }

  private mutating func install(_ name: String, chart: String, prefix: String)
    throws(ToolFailure) -> Answer
  {
    do throws(ToolFailure) {
      let reference = try locate(chart)
      if index(of: name) != nil { throw .tool("cannot re-use a name that is still in use") }
      if state.object("namespaces", "", namespace) == nil {
        guard arguments.isOn("create-namespace"), let kind = ResourceKind.named("namespaces") else {
          throw .tool("create: failed to create: namespaces \"\(namespace)\" not found")
        }
        state.create(["metadata": ["name": .string(namespace)]], kind, manager: "helm")
      }
      try checkRights()
      let values = try givenValues()
      let release = ReleaseRecord(name: name, namespace: namespace, revisions: [])
      state.releases.append(release)
      return try begin(
        .install, index: state.releases.count - 1, chart: reference, values: values,
        description: "Install complete", head: "")
    } catch {
      var failure = error
      // Words about the arguments themselves carry no "INSTALLATION FAILED".
      if !failure.isBare { failure.message = prefix + failure.message }
      throw failure
    }
  }

  mutating func upgrade(_ words: [String]) throws(ToolFailure) -> Answer {
    guard words.count == 2 else {
      throw .tool(
        "\"helm upgrade\" requires 2 arguments\n\nUsage:  helm upgrade [RELEASE] [CHART] [flags]")
    }
    let name = words[0]
    guard let index = index(of: name) else {
      if arguments.isOn("install") {
        var answer = try install(name, chart: words[1], prefix: "")
        answer.pieces.insert(
          .init(
            after: 0.1, text: "Release \"\(name)\" does not exist. Installing it now.\n",
            isError: false), at: 0)
        return answer
      }
      throw .tool("UPGRADE FAILED: \"\(name)\" has no deployed releases")
    }
    let reference = try locate(words[1])
    let given = try givenValues()
    do throws(ToolFailure) {
      let release = state.releases[index]
      guard let latest = release.latest, !release.isPending else {
        throw .tool("another operation (install/upgrade/rollback) is in progress")
      }
      try checkRights()
      let deployed = release.revisions.last { $0.status == "deployed" } ?? latest
      var values = given
      let reuses =
        arguments.isOn("reuse-values")
        || (given.fields.isEmpty && !arguments.isOn("reset-values"))
      if reuses { values = deployed.values.merged(with: given) }
      return try begin(
        .upgrade, index: index, chart: reference, values: values,
        description: "Upgrade complete",
        head: "Release \"\(name)\" has been upgraded. Happy Helming!\n")
    } catch {
      throw .tool("UPGRADE FAILED: " + error.message)
    }
  }

  mutating func rollback(_ words: [String]) throws(ToolFailure) -> Answer {
    guard let name = words.first, let index = index(of: name) else {
      throw .tool("release: not found")
    }
    try checkRights()
    let release = state.releases[index]
    let number = words.dropFirst().first.flatMap { Int($0) } ?? 0
    let wanted = number == 0 ? (release.latest?.number ?? 1) - 1 : number
    guard let target = release.revisions.first(where: { $0.number == wanted }) else {
      throw .tool("release has no \(wanted) version")
    }
    return try begin(
      .rollback, index: index, chart: target.chart, values: target.values,
      description: "Rollback to \(wanted)", head: "Rollback was a success! Happy Helming!\n")
  }

  mutating func uninstall(_ words: [String]) throws(ToolFailure) -> Answer {
    var answer = Answer("", delay: 0.3)
    for name in words {
      guard let index = index(of: name) else {
        guard arguments.isOn("ignore-not-found") else {
          throw .tool("uninstall: Release not loaded: \(name): release: not found")
        }
        answer.pieces.append(
          .init(after: 0.3, text: "release \"\(name)\" uninstalled\n", isError: false))
        continue
      }
      try checkRights()
      let release = state.releases[index]
      // What a half-finished revision has made is in the last one's manifest too.
      for object in release.latest.map({ Charts.objects(of: $0, of: release) }) ?? [] {
        if let key = key(of: object) { state.remove(key) }
      }
      state.releases.remove(at: index)
      answer.pieces.append(
        .init(after: 0.3, text: "release \"\(name)\" uninstalled\n", isError: false))
    }
    return answer
  }

  // MARK: The course of a change

  /// Writes the revision down as pending, applies its objects, and works out how it ends.
  private mutating func begin(
    _ verb: Verb, index: Int, chart: ChartReference, values: JSONValue, description: String,
    head: String
  ) throws(ToolFailure) -> Answer {
    let number = (state.releases[index].latest?.number ?? 0) + 1
    let waits = arguments.isOn("wait") || arguments.isOn("atomic")
    var revision = ReleaseRecord.Revision(
      number: number, chart: chart, values: values, status: verb.pendingStatus,
      updated: state.time, description: "")
    let release = state.releases[index]
    let objects = Charts.objects(of: revision, of: release)
    let old = release.latest.map { Charts.objects(of: $0, of: release) } ?? []
    try checkOwnership(of: objects, release, isInstall: verb == .install)
    if isDryRun {
      return dryRun(revision, release, head: head)
    }
    if let reason = immutableChange(in: objects) {
      revision.status = "failed"
      revision.description = "\(verb.failureWord) \"\(release.name)\" failed: \(reason)"
      state.releases[index].revisions.append(revision)
      throw .tool(reason)
    }
    for object in old {
      guard let key = key(of: object), !objects.contains(where: { self.key(of: $0) == key }) else {
        continue
      }
      state.remove(key)
    }
    for object in objects { apply(object, old: old) }
    let isKilled = state.faults.remove(.helmKilled) != nil
    if !isKilled {
      revision.ending = ReleaseRecord.Ending(
        notBefore: state.time + 0.6,
        waitsUntil: waits ? state.time + (arguments.seconds("timeout") ?? 300) : nil,
        description: description, failureWord: verb.failureWord)
    }
    state.releases[index].revisions.append(revision)
    if isKilled { return Answer("", exit: .signal(9), delay: 0.5) }
    return outcome(of: release, number, verb, head: head, chart: chart)
  }

  /// What the command will print, by letting a copy of the cluster run ahead.
  private func outcome(
    of release: ReleaseRecord, _ number: Int, _ verb: Verb, head: String, chart: ChartReference
  ) -> Answer {
    var future = state
    func revision(in state: RehearsalState) -> ReleaseRecord.Revision? {
      state.releases.first { $0.name == release.name && $0.namespace == release.namespace }?
        .revisions.first { $0.number == number }
    }
    let limit = (arguments.seconds("timeout") ?? 300) + 5
    _ = future.advance(until: state.time + limit) { revision(in: $0)?.ending == nil }
    let delay = future.time - state.time + 0.05
    guard let ended = revision(in: future), ended.status != "failed" else {
      var answer = Answer("", exit: .code(1), delay: delay)
      answer.warn("Error: \(verb.failure)context deadline exceeded\n")
      return answer
    }
    if verb == .rollback { return Answer(head, delay: delay) }
    let notes = chart.name == "metallb" ? Self.metallbNotes : ""
    var answer = Answer(head + Self.summary(of: ended, of: release) + notes, delay: delay)
    if verb == .install, chart.name == "metallb" {
      answer.warn(
        "I\(Timestamp.klog(state.time))   14003 warnings.go:107] \"Warning: spec.template.spec."
          + "containers[3].ports[0]: duplicate port name \\\"monitoring\\\" with spec.template.spec."
          + "containers[0].ports[0], services and probes that select ports by name will use "
          + "spec.template.spec.containers[0].ports[0]\"\n")
    }
    return answer
  }

  private static let metallbNotes = """
    NOTES:
    MetalLB is now running in the cluster.

    Now you can configure it via its CRs. Please refer to the metallb official docs
    on how to use the CRs.

    """

  private func dryRun(
    _ revision: ReleaseRecord.Revision, _ release: ReleaseRecord, head: String
  ) -> Answer {
    var text = head + Self.summary(of: revision, of: release) + "HOOKS:\nMANIFEST:\n"
    let objects = Charts.render(
      revision.chart, revision.values, release: release.name, namespace: release.namespace)
    for object in objects {
      let file = object["kind"].text?.lowercased() ?? ""
      text += "---\n# Source: \(revision.chart.name)/templates/\(file).yaml\n"
      text += YAMLText.write(object)
    }
    return Answer(text + "\n", delay: 0.7)
  }

  // MARK: Objects

  private func key(of object: JSONValue) -> ObjectKey? {
    guard let kind = ResourceKind.of(object) else { return nil }
    let space = kind.isNamespaced ? object["metadata"]["namespace"].text ?? namespace : ""
    return ObjectKey(kind.plural, space, object["metadata"]["name"].text ?? "")
  }

  private mutating func apply(_ object: JSONValue, old: [JSONValue]) {
    guard let kind = ResourceKind.of(object), let key = key(of: object) else { return }
    guard let live = state.object(key) else {
      state.create(object, kind, manager: "helm")
      return
    }
    let before = old.first { self.key(of: $0) == key } ?? .empty
    let new = Self.threeWay(old: before, new: object, live: live)
    state.update(key, to: new, manager: "helm")
  }

  /// What the old manifest had and the new one has not goes; what others have added stays.
  static func threeWay(old: JSONValue, new: JSONValue, live: JSONValue) -> JSONValue {
    guard case .object(let newFields) = new, case .object = live else { return new }
    var result = live
    for key in old.fields.keys where newFields[key] == nil { result[key] = .null }
    for (key, value) in newFields {
      result[key] =
        live[key].isNull ? value : threeWay(old: old[key], new: value, live: live[key])
    }
    return result
  }

  private func checkOwnership(
    of objects: [JSONValue], _ release: ReleaseRecord, isInstall: Bool
  ) throws(ToolFailure) {
    for object in objects {
      guard let key = key(of: object), let live = state.object(key) else { continue }
      let annotations = live["metadata"]["annotations"].texts
      var problems: [String] = []
      if live["metadata"]["labels"]["app.kubernetes.io/managed-by"].text != "Helm" {
        let current = live["metadata"]["labels"]["app.kubernetes.io/managed-by"].text
        problems.append(
          "label validation error: "
            + (current.map {
              "key \"app.kubernetes.io/managed-by\" must equal \"Helm\": current value is \"\($0)\""
            }
              ?? "missing key \"app.kubernetes.io/managed-by\": must be set to \"Helm\""))
      }
      let owners = [
        ("meta.helm.sh/release-name", release.name),
        ("meta.helm.sh/release-namespace", release.namespace),
      ]
      for (name, wanted) in owners where annotations[name] != wanted {
        problems.append(
          "annotation validation error: "
            + (annotations[name].map {
              "key \"\(name)\" must equal \"\(wanted)\": current value is \"\($0)\""
            } ?? "missing key \"\(name)\": must be set to \"\(wanted)\""))
      }
      if problems.isEmpty { continue }
      throw .tool(
        "Unable to continue with \(isInstall ? "install" : "update"): \(object["kind"].text ?? "") "
          + "\"\(key.name)\" in namespace \"\(key.namespace)\" exists and cannot be imported into "
          + "the current release: invalid ownership metadata; "
          + problems.joined(separator: "; "))
    }
  }

  /// The API server's refusal of a StatefulSet whose volume claims would change.
  private func immutableChange(in objects: [JSONValue]) -> String? {
    for object in objects where object["kind"].text == "StatefulSet" {
      guard let key = key(of: object), let live = state.object(key),
        live["spec"]["volumeClaimTemplates"] != object["spec"]["volumeClaimTemplates"]
      else { continue }
      return "cannot patch \"\(key.name)\" with kind StatefulSet: StatefulSet.apps \"\(key.name)\" "
        + "is invalid: spec: Forbidden: updates to statefulset spec for fields other than "
        + "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
        + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    }
    return nil
  }

  private func checkRights() throws(ToolFailure) {
    guard state.faults.contains(.forbidden) else { return }
    throw .tool(
      "secrets is forbidden: User \"jane\" cannot create resource \"secrets\" in API group \"\" in "
        + "the namespace \"\(namespace)\"")
  }

  // MARK: Charts and values

  /// Finds "repository/chart" at the version asked for.
  private func locate(_ text: String) throws(ToolFailure) -> ChartReference {
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
      throw ToolFailure(
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

  private func givenValues() throws(ToolFailure) -> JSONValue {
    var values = JSONValue.empty
    for path in arguments.all("values") {
      guard let text = readFile(path) else {
        throw ToolFailure(message: "open \(path): no such file or directory", isBare: true)
      }
      do throws(YAMLDocument.ReadFailure) {
        let read = try YAMLText.read(text).first ?? .empty
        values = values.merged(with: .object(read.fields))
      } catch {
        throw ToolFailure(
          message: "failed to parse \(path): error converting YAML to JSON: yaml: line "
            + "\(max(1, error.line - 1)): \(error.problem)", isBare: true)
      }
    }
    for (flag, isText) in [("set", false), ("set-string", true)] {
      for pair in arguments.all(flag).flatMap({ $0.split(separator: ",") }) {
        guard let equals = pair.firstIndex(of: "=") else {
          throw ToolFailure(
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
