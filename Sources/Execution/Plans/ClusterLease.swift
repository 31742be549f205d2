import Basics
import Foundation
import Synchronization

/// Tells consoles of other machines, contexts and state folders that this one changes the cluster: a
/// Lease object (coordination.k8s.io/v1) with who, where and since when. Beside the lock of the state
/// folder, and only while something is changed.
package struct ClusterLease: Sendable {
  package enum Answer: Sendable {
    case held(HeldLease)
    /// Another holds it.
    case refused(UserMessage)
    /// The lock of the state folder is all there is.
    case unavailable(String)
  }

  private let executor: any CommandExecutor
  private let kubectl: Kubectl
  private let namespace: String
  private let now: @Sendable () -> Date

  static let name = "ip-leases"
  /// A holder that was not heard of for so long is gone. No clock of two machines differs by as much.
  static let duration = 600
  private static let renewal = Duration.seconds(60)

  package init(
    executor: any CommandExecutor, connection: Connection, namespace: String,
    now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.executor = executor
    self.namespace = namespace
    self.now = now
    kubectl = Kubectl(connection)
  }

  package func take() async -> Answer {
    let made = await run(kubectl.hold(manifest(replacing: nil), purpose: "tell who changes it"))
    if made.exit.isSuccess { return .held(keep()) }
    guard made.errorText.contains("AlreadyExists") else { return .unavailable(reason(made)) }
    let found = await run(
      kubectl.get(
        ["leases.coordination.k8s.io"], namespace: namespace, names: [Self.name],
        purpose: "see who changes it"))
    guard found.exit.isSuccess else { return .unavailable(reason(found)) }
    // It was given back meanwhile.
    guard !found.standardOutput.isEmpty else { return await takeOver(nil) }
    guard let lease = try? JSONDecoder().decode(KeptLease.self, from: found.standardOutput) else {
      return .unavailable("it cannot be read")
    }
    return lease.isOver(at: now()) ? await takeOver(lease) : .refused(refusal(by: lease))
  }

  private func takeOver(_ lease: KeptLease?) async -> Answer {
    let text = manifest(replacing: lease)
    let command =
      lease == nil
      ? kubectl.hold(text, purpose: "tell who changes it")
      : kubectl.takeOver(text, purpose: "take over from one that is gone")
    let taken = await run(command)
    if taken.exit.isSuccess { return .held(keep()) }
    let isLate = ["AlreadyExists", "Conflict", "object has been modified"]
      .contains(where: taken.errorText.contains)
    return isLate ? .refused(refusal(by: nil)) : .unavailable(reason(taken))
  }

  private func keep() -> HeldLease {
    let renewing = Task { [self] in
      while true {
        try await Task.sleep(for: Self.renewal)
        let found = await run(
          kubectl.get(
            ["leases.coordination.k8s.io"], namespace: namespace, names: [Self.name],
            purpose: "see that it is still held"))
        guard let lease = try? JSONDecoder().decode(KeptLease.self, from: found.standardOutput),
          lease.spec?.holderIdentity == Self.identity
        else { continue }
        _ = await run(
          kubectl.takeOver(manifest(replacing: lease), purpose: "tell that it is still changed"))
      }
    }
    return HeldLease {
      renewing.cancel()
      _ = await run(
        kubectl.letGo("lease", Self.name, namespace: namespace, purpose: "tell that it is over"))
    }
  }

  private func run(_ command: Command) async -> CommandResult {
    do { return try await executor.run(command) } catch {
      let text = (error as? UserMessage)?.text() ?? "cancelled"
      return CommandResult(exit: .code(127), standardError: Data(text.utf8))
    }
  }

  private func reason(_ result: CommandResult) -> String {
    ToolFailure.reason(in: result, redaction: Redaction(hidesShapes: true)) ?? "kubectl failed"
  }

  private func refusal(by lease: KeptLease?) -> UserMessage {
    let who = lease.map { lease in
      let holder = SafeText.line(lease.spec?.holderIdentity ?? "someone", limit: 120)
      return "\(holder), since \(SafeText.line(lease.spec?.acquireTime ?? "?", limit: 40))"
    }
    return UserMessage(
      "this cluster is being changed by someone else",
      reason: "the Lease \(namespace)/\(Self.name) is held" + (who.map { " by \($0)" } ?? ""),
      advice: "wait until it ends; one that is gone is passed over "
        + "\(Self.duration / 60) minutes after it was heard of last")
  }

  // MARK: The object

  /// Who holds it: a process of this machine, as no other names itself.
  static let identity: String = {
    let spaces = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return "\(NSUserName())@\(ProcessInfo.processInfo.hostName), process \(getpid()), "
      + "machine \(TextDigest.of(bootMark + (spaces ?? "")))"
  }()

  private static var bootMark: String {
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
  }

  private func manifest(replacing lease: KeptLease?) -> String {
    let time = now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    let micro = time.replacing("Z", with: "000Z")
    let isOurs = lease?.spec?.holderIdentity == Self.identity
    var metadata: [String: JSONValue] = [
      "name": .string(Self.name), "namespace": .string(namespace),
      "labels": ["app.kubernetes.io/managed-by": "ip-leases"],
    ]
    if let version = lease?.metadata.resourceVersion {
      metadata["resourceVersion"] = .string(version)
    }
    return JSONText.compact([
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": .object(metadata),
      "spec": [
        "holderIdentity": .string(Self.identity),
        "leaseDurationSeconds": .int(Self.duration),
        "acquireTime": .string(isOurs ? lease?.spec?.acquireTime ?? micro : micro),
        "renewTime": .string(micro),
      ],
    ])
  }
}

/// As the cluster has it.
struct KeptLease: Decodable {
  struct Metadata: Decodable { var resourceVersion: String? }
  struct Spec: Decodable {
    var holderIdentity: String?
    var leaseDurationSeconds: Int?
    var acquireTime: String?
    var renewTime: String?
  }

  var metadata: Metadata
  var spec: Spec?

  /// Its holder is gone: it says so itself, was a process of this machine that is no more, or was not
  /// heard of for long.
  func isOver(at now: Date) -> Bool {
    guard let holder = spec?.holderIdentity, !holder.isEmpty else { return true }
    if isOfDeadProcess(holder) { return true }
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    guard let renewed = spec?.renewTime.flatMap({ try? style.parse($0) }) else { return false }
    let duration = Double(min(max(spec?.leaseDurationSeconds ?? 0, 0), 86_400))
    return now.timeIntervalSince(renewed) > duration
  }

  private func isOfDeadProcess(_ holder: String) -> Bool {
    let own = ClusterLease.identity.split(separator: " ")
    let parts = holder.split(separator: " ")
    guard parts.count == own.count, parts.last == own.last, parts.count > 2,
      let process = pid_t(parts[2].dropLast())
    else { return false }
    return process != getpid() && kill(process, 0) != 0 && errno == ESRCH
  }
}

/// A lease that is held; it is renewed until it is given back.
package struct HeldLease: Sendable {
  package let release: @Sendable () async -> Void
}
