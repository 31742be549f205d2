import Foundation
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

struct ClusterIdentityTests {
  /// Answers the two questions, which are asked side by side.
  private struct Tools: CommandExecutor {
    var view = CommandResult(
      exit: .code(0),
      standardOutput: Data(
        #"{"clusters":[{"cluster":{"server":"https://c:6443"}}],"current-context":"prod"}"#.utf8))
    var namespace: CommandResult

    func run(
      _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws -> CommandResult {
      switch command.shellText {
      case "kubectl config view --minify -o json": return view
      case "kubectl get --raw /api/v1/namespaces/kube-system --request-timeout=10s":
        return namespace
      default: throw UserMessage("not expected: \(command.shellText)")
      }
    }

    func follow(
      _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
    ) async throws -> CommandExit { .code(1) }

    func stop() async {}
  }

  private let settings = ConsoleSettings(providerFile: "/x", stateDirectory: "/x")
  private static let uid = "b13743de-ba90-4601-ba36-11bf2db5813b"

  private func namespace(uid: String) -> CommandResult {
    let json =
      #"{"metadata":{"name":"kube-system","uid":"\#(uid)","#
      + #""creationTimestamp":"2026-11-23T14:32:02Z"}}"#
    return CommandResult(exit: .code(0), standardOutput: Data(json.utf8))
  }

  @Test func aClusterIsToldByItsOwnUIDNotByHowItIsReached() async {
    var tools = Tools(namespace: namespace(uid: Self.uid))
    let identity = await ClusterIdentity.read(tools, settings)
    #expect(identity.name.text == "prod https://c:6443")
    let born = Date(timeIntervalSince1970: 1_795_444_322)
    #expect(identity.mark == .uid(Self.uid, born: born))
    #expect(identity.key == "cluster-\(Self.uid)")
    // A kubeconfig that cannot be viewed is another name, and the same cluster.
    tools.view = CommandResult(exit: .code(1))
    let nameless = await ClusterIdentity.read(tools, settings)
    #expect(nameless.name.text == "")
    #expect(nameless.key == identity.key)
  }

  @Test(arguments: ["", "../../etc/pass", "a b c d e f g", String(repeating: "a", count: 65)])
  func whatIsNoUIDNamesNoFolder(uid: String) async {
    let identity = await ClusterIdentity.read(Tools(namespace: namespace(uid: uid)), settings)
    #expect(identity.problem?.isUntold == true)
    #expect(identity.key == "unknown cluster")
  }

  @Test func whyItIsNotKnownIsSaidInTheToolsWords() async {
    let words = #"Error from server (Forbidden): namespaces "kube-system" is forbidden"#
    let refused = CommandResult(exit: .code(1), standardError: Data(words.utf8))
    let identity = await ClusterIdentity.read(Tools(namespace: refused), settings)
    #expect(identity.problem?.reason?.contains("is forbidden") == true)
    #expect(identity.problem?.what.hasPrefix("Which cluster this is could not be read") == true)
  }

  @Test func whatWasReadAnywayTellsIt() throws {
    var snapshot = ClusterSnapshot()
    #expect(ClusterIdentity.mark(in: snapshot) == nil)
    var objects = ClusterObjects()
    objects.namespaces = [
      Sample.object(#"{"metadata":{"name":"kube-system","uid":"\#(Self.uid)"}}"#)
    ]
    snapshot.cluster = .known(objects, at: Sample.now)
    #expect(ClusterIdentity.mark(in: snapshot) == .uid(Self.uid, born: nil))
    // A cluster that keeps silent is not asked once more; one that refuses a list is.
    snapshot.cluster = .unreadable(ToolFailure.silence(reason: nil), at: Sample.now)
    guard case .unknown? = ClusterIdentity.mark(in: snapshot) else {
      Issue.record("it would be asked again")
      return
    }
    snapshot.cluster = .unreadable(UserMessage("This user may not read that."), at: Sample.now)
    #expect(ClusterIdentity.mark(in: snapshot) == nil)
  }

  @Test func aWayBackByHelmIsProvenByTheRevisionItTakesBack() throws {
    let saved = Date(timeIntervalSince1970: 1_795_444_322)
    let helm = Helm(Connection())
    var record = UndoRecord(
      id: "provider", title: "", time: saved, context: "",
      actions: [.command(helm.rollback("akash-provider", to: 1, namespace: "n"))])
    func history(_ second: String?) -> ClusterSnapshot {
      var snapshot = ClusterSnapshot()
      var rows = [
        Revision(
          revision: 1, status: "superseded", chart: "provider-1.0.0", description: nil,
          updated: "2026-11-01T00:00:00.123456789Z")
      ]
      if let second {
        rows.append(
          Revision(
            revision: 2, status: "deployed", chart: "provider-1.0.0", description: nil,
            updated: second))
      }
      snapshot.histories = .known(["akash-provider": rows], at: Sample.now)
      return snapshot
    }
    try record.refuseUnproven(by: history("2026-11-23T14:32:02.993919Z"))
    try record.refuseUnproven(by: history("2026-11-23T16:32:05.9+02:00"))
    for other in [nil, "2026-11-23T14:31:59.5Z", "not a time"] {
      #expect(throws: UserMessage.self) { try record.refuseUnproven(by: history(other)) }
    }
    record.actions = [.command(helm.uninstall("akash-provider", namespace: "n"))]
    #expect(throws: UserMessage.self) {
      try record.refuseUnproven(by: history("2026-11-23T14:32:02.993919Z"))
    }
  }
}
