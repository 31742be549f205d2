import Basics
import Execution

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

  mutating func install(_ words: [String]) throws(ToolRefusal) -> Answer {
    guard words.count >= 2 else {
      throw .tool(
        words.isEmpty
          ? "\"helm install\" requires at least 1 argument\n\nUsage:  helm install [NAME] [CHART] [flags]"
          : "INSTALLATION FAILED: must either provide a name or specify --generate-name")
    }
    return try install(words[0], chart: words[1], prefix: "INSTALLATION FAILED: ")
  }

  private mutating func install(_ name: String, chart: String, prefix: String)
    throws(ToolRefusal) -> Answer
  {
    do throws(ToolRefusal) {
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

  mutating func upgrade(_ words: [String]) throws(ToolRefusal) -> Answer {
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
    do throws(ToolRefusal) {
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

  mutating func rollback(_ words: [String]) throws(ToolRefusal) -> Answer {
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

  mutating func uninstall(_ words: [String]) throws(ToolRefusal) -> Answer {
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
  ) throws(ToolRefusal) -> Answer {
    if chart.name == "metallb", chart.number >= Version(0, 13, 0), !values["configInline"].isNull {
      throw .tool(
        "execution error at (metallb/templates/deprecated_configInline.yaml:2:4): Starting from "
          + "v0.13.0 configInline is no longer supported. Please see "
          + "https://metallb.universe.tf/#backward-compatibility")
    }
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
      text += YAMLWriter.text(object)
    }
    return Answer(text + "\n", delay: 0.7)
  }
}
