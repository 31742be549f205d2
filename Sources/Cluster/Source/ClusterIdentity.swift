import Basics
import Execution
import Foundation

/// Which cluster this is: by the uid of its namespace kube-system, which no other cluster has and
/// which stays for as long as the cluster lives. The names of contexts and servers say only how it is
/// reached: another cluster may stand behind the same ones.
package struct ClusterIdentity: Hashable, Sendable {
  /// By what it is told from others.
  package enum Mark: Hashable, Sendable {
    /// The built-in cluster: by its name.
    case name
    /// - Parameter born: when the cluster was made; nil where it does not say it.
    case uid(String, born: Date?)
    /// It could not be read; why.
    case unknown(UserMessage)
  }

  /// How a cluster is reached.
  package struct Name: Hashable, Sendable {
    package var context: String
    /// The API server's address; "" where it is not known.
    package var server: String
    /// The context as kubectl takes it, so that commands stay with it whatever the kubeconfig's
    /// current one becomes; nil where it has none.
    package var exact: String?

    /// "" where nothing is known.
    package var text: String { server.isEmpty ? context : "\(context) \(server)" }
  }

  package let name: Name
  package let mark: Mark
  /// What its folder is named after.
  package var key: String
  /// The same for the folder its journal is shown from.
  package var journalKey: String
  /// Why its things still lie where an earlier version kept them: they are shown there, and nothing
  /// is changed.
  package var unsettled: UserMessage?

  package init(_ name: Name, _ mark: Mark) {
    self.name = name
    self.mark = mark
    switch mark {
    case .name: key = name.text
    case .uid(let uid, _): key = Self.key(uid: uid)
    // No folder has this name: nothing is kept under it.
    case .unknown: key = "unknown cluster"
    }
    journalKey = key
  }

  /// One that is told from others by its names alone.
  package init(context: String, server: String) {
    self.init(Name(context: context, server: server), .name)
  }

  package var context: String { name.context }

  /// Why it is not known which cluster this is; nil where it is.
  package var problem: UserMessage? {
    if case .unknown(let problem) = mark { problem } else { nil }
  }

  /// Why nothing may be changed now; nil where it may.
  package var obstacle: UserMessage? { unsettled ?? problem }

  package static func key(uid: String) -> String { "cluster-\(uid)" }

  // MARK: Reading

  /// Asks for the name and the uid side by side.
  package static func read(_ executor: any CommandExecutor, _ settings: ConsoleSettings) async
    -> ClusterIdentity
  {
    async let name = name(executor, settings)
    async let mark = mark(executor, settings)
    return await ClusterIdentity(name, mark)
  }

  /// Reads the kubeconfig by kubectl; asks no cluster.
  package static func name(_ executor: any CommandExecutor, _ settings: ConsoleSettings) async
    -> Name
  {
    if let scenario = settings.rehearsal {
      return Name(context: "rehearsal-\(scenario)", server: "")
    }
    if settings.bundle != nil { return Name(context: "bundle", server: "") }
    let named = settings.connection.context ?? ""
    if let known = executor.toolFiles?.cluster(settings.connection) {
      return Name(
        context: SafeText.line(known.context, limit: 100), server: known.server,
        exact: known.context)
    }
    guard let result = try? await executor.run(Kubectl(settings.connection).configuration()),
      result.exit.isSuccess,
      let view = try? JSONDecoder().decode(View.self, from: result.standardOutput)
    else { return Name(context: named, server: "") }
    return Name(
      context: SafeText.line(view.currentContext ?? named, limit: 100),
      server: view.clusters?.first?.cluster.server ?? "", exact: view.currentContext)
  }

  /// Asks the cluster for its namespace kube-system alone.
  package static func mark(_ executor: any CommandExecutor, _ settings: ConsoleSettings) async
    -> Mark
  {
    if settings.isNamed { return .name }
    let command = Kubectl(settings.connection).raw(
      "/api/v1/namespaces/\(ClusterObjects.system)", timeout: .seconds(10),
      purpose: "read which cluster this is")
    let result: CommandResult
    do { result = try await executor.run(command) } catch {
      return unknown(
        error as? UserMessage ?? UserMessage("\(command.purpose) failed", reason: "\(error)"))
    }
    if result.exit.isSuccess {
      let namespace = try? JSONDecoder.withTimes.decode(
        Namespace.self, from: result.standardOutput)
      return mark(of: namespace)
    }
    switch ToolFailure.meaning(of: result, command: command) {
    case .absent: return mark(of: nil)
    case .unreadable(let problem): return unknown(problem)
    }
  }

  /// By what was read of the cluster anyway; nil where that does not tell it.
  package static func mark(in snapshot: ClusterSnapshot) -> Mark? {
    switch snapshot.cluster {
    case .known(let objects, _): mark(of: objects.namespace(ClusterObjects.system))
    // It does not answer: another question would wait for nothing.
    case .unreadable(let problem, _) where problem.obstacle == .silence: unknown(problem)
    case .absent, .unreadable, .notRead: nil
    }
  }

  private static func mark(of namespace: Namespace?) -> Mark {
    guard let uid = namespace?.metadata.uid, isUID(uid) else {
      return unknown(UserMessage("Its namespace \(ClusterObjects.system) has no uid."))
    }
    return .uid(uid, born: namespace?.metadata.creationTimestamp)
  }

  /// It becomes a folder's name.
  private static func isUID(_ text: String) -> Bool {
    (8...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  private static func unknown(_ problem: UserMessage) -> Mark {
    .unknown(
      UserMessage(
        "Which cluster this is could not be read (the uid of its namespace "
          + "\(ClusterObjects.system)).",
        reason: [problem.what, problem.reason].compactMap(\.self).joined(separator: " "),
        advice: problem.advice
      ).untold)
  }

  // MARK: Another one in its place

  /// What is said of a reading that came from another cluster than this one.
  package static let replaced = UserMessage(
    "Another cluster answers now under the name of the one that was meant.",
    advice: "See which one it is, then call again."
  ).untold

  /// True where the snapshot was read of another cluster.
  package func isOther(than snapshot: ClusterSnapshot) -> Bool {
    guard case .uid(let uid, _) = mark, case .uid(let seen, _) = Self.mark(in: snapshot) else {
      return false
    }
    return uid != seen
  }

  private struct View: Decodable {
    struct Named: Decodable { var cluster: Cluster }
    struct Cluster: Decodable { var server: String? }
    var clusters: [Named]?
    var currentContext: String?

    enum CodingKeys: String, CodingKey {
      case clusters
      case currentContext = "current-context"
    }
  }
}
