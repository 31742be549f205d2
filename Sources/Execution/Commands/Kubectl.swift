import Basics
import Foundation

/// Which cluster the tools talk to. Empty means what kubectl and helm would choose themselves.
package struct Connection: Hashable, Sendable, Codable {
  package var kubeconfig: String?
  package var context: String?
  /// How long a tool may take to read something, if less than each command's own limit.
  package var readLimit: Duration?

  package init(kubeconfig: String? = nil, context: String? = nil) {
    self.kubeconfig = kubeconfig
    self.context = context
  }

  func limit(_ own: Duration) -> Duration { min(own, readLimit ?? own) }
}

/// The only maker of kubectl's argument vectors; one function per command.
package struct Kubectl: Sendable {
  private let connection: Connection

  package init(_ connection: Connection) { self.connection = connection }

  // MARK: Reading

  /// Several kinds in one call. `allNamespaces` wins over `namespace`.
  package func get(
    _ kinds: [String], namespace: String? = nil, allNamespaces: Bool = false,
    names: [String] = [], selector: String? = nil, showManagedFields: Bool = false,
    purpose: String
  ) -> Command {
    var arguments = ["get", kinds.joined(separator: ",")] + names
    if allNamespaces { arguments.append("--all-namespaces") }
    if !names.isEmpty { arguments.append("--ignore-not-found") }
    if let selector { arguments += ["-l", selector] }
    if showManagedFields { arguments.append("--show-managed-fields") }
    arguments += ["-o", "json"]
    return command(arguments, namespace: allNamespaces ? nil : namespace, purpose: purpose)
  }

  /// The names of the objects of several kinds, a line each: `bgppeer.metallb.io/peer1`.
  package func names(of kinds: [String], namespace: String, purpose: String) -> Command {
    command(
      ["get", kinds.joined(separator: ","), "-o", "name"], namespace: namespace, purpose: purpose)
  }

  /// One field of an object, without a line end; lists as JSON without blanks.
  package func field(
    _ path: String, of kind: String, _ name: String, namespace: String, purpose: String
  ) -> Command {
    command(
      ["get", kind, name, "-o", "jsonpath={\(path)}"], namespace: namespace, purpose: purpose)
  }

  /// A template over several objects, which it sees as `.items`.
  package func fields(
    _ template: String, of references: [String], namespace: String, purpose: String
  ) -> Command {
    command(
      ["get"] + references + ["-o", "jsonpath=\(template)"], namespace: namespace, purpose: purpose)
  }

  /// An object as a manifest, with everything the server keeps of it.
  package func manifest(_ kind: String, _ name: String, namespace: String) -> Command {
    command(
      ["get", kind, name, "-o", "yaml"], namespace: namespace, purpose: "read \(kind) \(name)")
  }

  /// Every object of these kinds as a manifest.
  package func manifests(_ kinds: [String], namespace: String, purpose: String) -> Command {
    command(
      ["get", kinds.joined(separator: ","), "-o", "yaml"], namespace: namespace, purpose: purpose)
  }

  /// The events of one object with one reason.
  package func events(of name: String, reason: String, namespace: String, purpose: String)
    -> Command
  {
    command(
      [
        "get", "events", "--field-selector=involvedObject.name=\(name),reason=\(reason)", "-o",
        "json",
      ], namespace: namespace, purpose: purpose)
  }

  /// A path of the API server, the service proxy among them.
  package func raw(_ path: String, timeout: Duration = .seconds(5), purpose: String) -> Command {
    command(
      ["get", "--raw", path, "--request-timeout=\(timeout.components.seconds)s"],
      purpose: purpose, timeLimit: timeout + .seconds(5))
  }

  /// Lets whoever can open the socket read as this user; every method but GET is refused, and so are
  /// the paths that a GET with an upgrade makes a way into containers and nodes. A server
  /// behind a path of its own is asked behind that path: kubectl before 1.23 ends instead.
  func proxy(socket: String) -> Command {
    command(
      [
        "proxy", "--unix-socket=\(socket)", "--reject-methods=^[^G]",
        "--reject-paths=/pods/[^/]+/(exec|attach|portforward),/nodes/[^/]+/proxy",
        "--append-server-path",
      ],
      purpose: "read from the API server")
  }

  package func version() -> Command {
    command(["version", "-o", "json"], purpose: "read the versions of kubectl and the API server")
  }

  /// An annotation of the pool that is checked as a change and not kept.
  package func tryOut(pool: String, namespace: String) -> Command {
    command(
      [
        "annotate", "ipaddresspools.metallb.io", pool, "ip-leases/asked=webhook",
        "--dry-run=server", "-o", "name",
      ], namespace: namespace,
      purpose: "see whether MetalLB's webhook judges a pool")
  }

  /// The context and the server's address, without credentials (kubectl leaves them out).
  package func configuration() -> Command {
    // It asks no server: only a tool that hangs takes longer.
    command(
      ["config", "view", "--minify", "-o", "json"], purpose: "read which cluster this is",
      timeLimit: .seconds(10))
  }

  /// The names of the kubeconfig's contexts, a line each.
  package func contexts() -> Command {
    command(
      ["config", "get-contexts", "-o", "name"], purpose: "list the contexts of the kubeconfig",
      timeLimit: .seconds(10))
  }

  package func mayDoEverything() -> Command {
    command(
      ["auth", "can-i", "*", "*", "--all-namespaces"], purpose: "read what this user may do")
  }

  /// - Parameter account: a service account as `namespace:name`; asks on its behalf.
  package func may(
    _ verb: String, _ kind: String, namespace: String, account: String
  ) -> Command {
    command(
      ["auth", "can-i", verb, kind, "--as=system:serviceaccount:\(account)"],
      namespace: namespace, purpose: "read what \(account) may do")
  }

  /// The last lines of the log. `workload` is kind/name.
  package func logs(of workload: String, container: String? = nil, namespace: String, lines: Int)
    -> Command
  {
    command(
      ["logs", workload] + (container.map { ["-c", $0] } ?? [])
        + ["--tail=\(lines)", "--timestamps"],
      namespace: namespace, purpose: "read the log of \(workload)")
  }
  /// What of a container's log is asked for.
  package struct LogExtent: Hashable, Sendable {
    package var follows = false
    /// Of the container before the last restart.
    package var isPrevious = false
    package var since: Duration?
    /// Whole seconds; kubectl passes no more on.
    package var sinceTime: Date?
    package var lines: Int?

    package init() {}
  }

  /// One container's log, each line with the runtime's time.
  package func log(
    pod: String, container: String, namespace: String, _ extent: LogExtent
  ) -> Command {
    var arguments = ["logs", pod, "-c", container, "--timestamps"]
    if extent.follows { arguments.append("--follow") }
    if extent.isPrevious { arguments.append("--previous") }
    if let since = extent.since { arguments.append("--since=\(max(1, since.components.seconds))s") }
    if let time = extent.sinceTime {
      arguments.append("--since-time=\(time.formatted(.iso8601))")
    }
    if let lines = extent.lines { arguments.append("--tail=\(lines)") }
    return command(
      arguments, namespace: namespace,
      purpose: "\(extent.follows ? "follow" : "read") the log of \(pod)")
  }

  /// Every event of the namespace there is, and those to come.
  package func watchEvents(namespace: String) -> Command {
    command(
      ["get", "events", "--watch", "-o", "json"], namespace: namespace,
      purpose: "follow the events of \(namespace)")
  }

  // MARK: Changing

  package func createNamespace(_ name: String) -> Command {
    change(["create", "namespace", name], purpose: "create the namespace")
  }

  package func deleteNamespace(_ name: String) -> Command {
    change(
      ["delete", "namespace", name, "--ignore-not-found", "--wait=true"],
      purpose: "delete the namespace", timeLimit: .seconds(180))
  }

  /// Sets labels; a nil value removes the label.
  package func labelNamespace(_ name: String, labels: [(key: String, value: String?)]) -> Command {
    let pairs = labels.map { label in label.value.map { "\(label.key)=\($0)" } ?? "\(label.key)-" }
    return change(
      ["label", "namespace", name] + pairs + ["--overwrite"], purpose: "label the namespace")
  }

  /// The guide's command for the metrics Service, with the target port spelled out.
  package func exposeDeployment(
    _ deployment: String, namespace: String, service: String, overrides: String
  ) -> Command {
    change(
      ["expose", "deployment", deployment, "--name=\(service)", "--overrides=\(overrides)"],
      namespace: namespace, purpose: "expose the metrics port of \(deployment)")
  }

  /// Creates the objects of a manifest given on standard input.
  package func create(_ manifest: String, purpose: String) -> Command {
    change(["create", "-f", "-"], standardInput: manifest, purpose: purpose)
  }

  /// Makes the object of the text, if none of its name is there. It is no step of a plan: it tells
  /// others that one is carried out.
  func hold(_ manifest: String, purpose: String) -> Command {
    signal(["create", "-f", "-"], standardInput: manifest, purpose: purpose)
  }

  /// Puts it in the place of the one of its name and resource version.
  func takeOver(_ manifest: String, purpose: String) -> Command {
    signal(["replace", "-f", "-"], standardInput: manifest, purpose: purpose)
  }

  func letGo(_ kind: String, _ name: String, namespace: String, purpose: String) -> Command {
    signal(
      ["delete", kind, name, "--ignore-not-found", "--wait=false"], namespace: namespace,
      purpose: purpose)
  }

  private func signal(
    _ arguments: [String], standardInput: String? = nil, namespace: String? = nil, purpose: String
  ) -> Command {
    var command = change(
      arguments, namespace: namespace, standardInput: standardInput, purpose: purpose,
      timeLimit: .seconds(15))
    command.changes = false
    command.dryRunArguments = nil
    return command
  }

  /// Makes the objects of a file what the file says, on the server's side: it refuses to change a
  /// field that somebody else has set otherwise. By file, where a manifest holds secrets.
  package func apply(file: String, purpose: String) -> Command {
    change(["apply", "--server-side", "-f", file], purpose: purpose)
  }

  /// MetalLB's own manifests of a version, read by kubectl from its repository.
  package func apply(manifestsOf version: Version, purpose: String) -> Command {
    let path =
      version < Version(0, 13, 0, preRelease: "a")
      ? "manifests/metallb.yaml" : "config/manifests/metallb-native.yaml"
    return change(
      ["apply", "-f", "https://raw.githubusercontent.com/metallb/metallb/v\(version)/\(path)"],
      purpose: purpose, timeLimit: .seconds(120))
  }

  /// The kinds of Akash's operators as the provider's repository has them; no chart brings them.
  package func apply(akashKindsOf version: Version, purpose: String) -> Command {
    let source = "https://raw.githubusercontent.com/akash-network/provider"
    return change(
      ["apply", "-f", "\(source)/v\(version)/pkg/apis/akash.network/crd.yaml"], purpose: purpose,
      timeLimit: .seconds(120))
  }

  /// Sets annotations; a nil value removes the annotation.
  package func annotate(
    _ kind: String, _ name: String, namespace: String,
    annotations: [(key: String, value: String?)], purpose: String
  ) -> Command {
    let pairs = annotations.map { pair in pair.value.map { "\(pair.key)=\($0)" } ?? "\(pair.key)-" }
    return change(
      ["annotate", kind, name] + pairs + ["--overwrite"], namespace: namespace, purpose: purpose)
  }

  /// A JSON patch (RFC 6902) on standard input. Its `test` operations are the guard: the server
  /// refuses the whole patch when the object is not what the plan was made for.
  package func patch(
    _ kind: String, _ name: String, namespace: String, operations: String, purpose: String
  ) -> Command {
    change(
      ["patch", kind, name, "--type=json", "--patch-file=/dev/stdin"], namespace: namespace,
      standardInput: operations, purpose: purpose)
  }

  package func delete(_ kind: String, _ name: String, namespace: String, purpose: String)
    -> Command
  {
    change(
      ["delete", kind, name, "--ignore-not-found", "--wait=true"], namespace: namespace,
      purpose: purpose, timeLimit: .seconds(120))
  }

  /// `workload` is kind/name, as in `daemonset/kube-proxy`. kubectl has no dry run for this verb.
  package func rolloutRestart(_ workload: String, namespace: String) -> Command {
    var command = change(
      ["rollout", "restart", workload], namespace: namespace, purpose: "restart \(workload)")
    command.dryRunArguments = nil
    return command
  }

  /// Waits until the rollout is complete; changes nothing.
  package func rolloutStatus(
    _ workload: String, namespace: String, timeout: Duration = .seconds(300)
  ) -> Command {
    var command = command(
      ["rollout", "status", workload, "\(Command.limitFlag)=\(Command.seconds(timeout))"],
      namespace: namespace, purpose: "wait for \(workload)")
    // It waits, so it is no read: the plan it stands in says how long it may.
    command.timeLimit = timeout + .seconds(15)
    return command
  }

  // MARK: Helpers

  private func command(
    _ arguments: [String], namespace: String? = nil, standardInput: String? = nil,
    purpose: String, timeLimit: Duration = .seconds(30)
  ) -> Command {
    var all: [String] = []
    if let namespace { all += ["-n", namespace] }
    all += arguments
    if let context = connection.context { all += ["--context", context] }
    if let kubeconfig = connection.kubeconfig { all += ["--kubeconfig", kubeconfig] }
    return Command(
      .kubectl, all, standardInput: standardInput, purpose: purpose,
      timeLimit: connection.limit(timeLimit))
  }

  private func change(
    _ arguments: [String], namespace: String? = nil, standardInput: String? = nil,
    purpose: String, timeLimit: Duration = .seconds(60)
  ) -> Command {
    var result = command(
      arguments, namespace: namespace, standardInput: standardInput, purpose: purpose,
      timeLimit: timeLimit)
    result.changes = true
    result.timeLimit = timeLimit
    result.dryRunArguments =
      command(arguments + ["--dry-run=server"], namespace: namespace, purpose: "").arguments
    return result
  }
}
