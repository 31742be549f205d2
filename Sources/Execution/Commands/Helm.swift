/// The only maker of helm's argument vectors. Every flag here is known to Helm 3 and Helm 4 alike:
/// `helm list -a` is gone in 4, so the states are named one by one; `--wait` and `--dry-run=server`
/// are in both.
package struct Helm: Sendable {
  private let connection: Connection

  package init(_ connection: Connection) { self.connection = connection }

  // MARK: Reading

  package func version() -> Command {
    // Needs no cluster, so no connection flags.
    read(["version", "--template", "{{.Version}}"], purpose: "read the version of helm")
  }

  /// Releases of all namespaces in every state, interrupted ones too.
  package func list() -> Command {
    command(
      [
        "list", "--all-namespaces", "--deployed", "--failed", "--pending", "--uninstalling",
        "--max", "0", "-o", "json",
      ], purpose: "list the Helm releases")
  }

  package func repositories() -> Command {
    read(["repo", "list", "-o", "json"], purpose: "list the chart repositories")
  }

  package func chartVersions(_ chart: String) -> Command {
    read(
      ["search", "repo", chart, "--versions", "-o", "json"],
      purpose: "list the versions of \(chart)")
  }

  /// The values the admin gave, secrets among them: the output never leaves the process but for the
  /// 0600 file.
  ///
  /// - Parameter revision: nil: the last.
  package func values(of release: String, namespace: String, revision: Int? = nil) -> Command {
    command(
      ["get", "values", release] + (revision.map { ["--revision", "\($0)"] } ?? [])
        + ["-o", "yaml"], namespace: namespace, purpose: "read the values of \(release)")
  }

  package func history(of release: String, namespace: String) -> Command {
    command(
      ["history", release, "-o", "json"], namespace: namespace,
      purpose: "read the revisions of \(release)")
  }

  // MARK: Changing

  package func addRepository(_ name: String, url: String) -> Command {
    Command(
      .helm, ["repo", "add", name, url], purpose: "add the chart repository \(name)",
      changes: true, timeLimit: .seconds(120))
  }

  package func updateRepository(_ name: String) -> Command {
    Command(
      .helm, ["repo", "update", name], purpose: "read the index of \(name) anew", changes: true,
      timeLimit: .seconds(120))
  }

  package func install(
    _ release: String, chart: String, version: String, namespace: String,
    set values: [(key: String, value: String)] = [], purpose: String
  ) -> Command {
    change(
      ["install", release, chart, "--version", version] + flags(set: values),
      waitsFor: .seconds(300), namespace: namespace, purpose: purpose)
  }

  /// An upgrade is always pinned: without `--version` helm takes the newest chart.
  package func upgrade(
    _ release: String, chart: String, version: String, namespace: String,
    valuesFile: String? = nil, reuseValues: Bool = false, resetValues: Bool = false,
    set values: [(key: String, value: String)] = [], purpose: String
  ) -> Command {
    var arguments = ["upgrade", release, chart, "--version", version]
    if let valuesFile { arguments += ["-f", valuesFile] }
    if reuseValues { arguments.append("--reuse-values") }
    if resetValues { arguments.append("--reset-values") }
    return change(
      arguments + flags(set: values), waitsFor: .seconds(600), namespace: namespace,
      purpose: purpose)
  }

  /// - Parameter waits: for the workloads to be ready; not where they were not at that revision.
  package func rollback(
    _ release: String, to revision: Int, namespace: String, waits: Bool = true
  ) -> Command {
    var result = change(
      ["rollback", release, String(revision)], waitsFor: .seconds(600), namespace: namespace,
      purpose: "bring \(release) back to revision \(revision)")
    result.dryRunArguments = nil
    if !waits { result.arguments.removeAll { $0 == "--wait" } }
    return result
  }

  package func uninstall(_ release: String, namespace: String) -> Command {
    var result = change(
      ["uninstall", release], waitsFor: .seconds(300), namespace: namespace,
      purpose: "remove the release \(release)")
    result.dryRunArguments = nil
    return result
  }

  // MARK: Helpers

  private func flags(set values: [(key: String, value: String)]) -> [String] {
    values.flatMap { ["--set", "\($0.key)=\($0.value)"] }
  }

  private func command(_ arguments: [String], namespace: String? = nil, purpose: String) -> Command
  {
    read(connected(arguments, namespace: namespace), purpose: purpose)
  }

  private func read(_ arguments: [String], purpose: String) -> Command {
    Command(.helm, arguments, purpose: purpose, timeLimit: connection.limit(.seconds(30)))
  }

  private func change(
    _ arguments: [String], waitsFor timeout: Duration, namespace: String, purpose: String
  ) -> Command {
    let limit = [Command.limitFlag, Command.seconds(timeout)]
    return Command(
      .helm, connected(arguments + ["--wait"] + limit, namespace: namespace),
      purpose: purpose, changes: true, timeLimit: timeout + .seconds(60),
      dryRunArguments: connected(arguments + ["--dry-run=server"], namespace: namespace))
  }

  private func connected(_ arguments: [String], namespace: String?) -> [String] {
    var all = arguments
    if let namespace { all += ["-n", namespace] }
    if let context = connection.context { all += ["--kube-context", context] }
    if let kubeconfig = connection.kubeconfig { all += ["--kubeconfig", kubeconfig] }
    return all
  }
}
