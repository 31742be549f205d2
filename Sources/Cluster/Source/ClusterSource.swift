import Basics
import Execution
import Foundation

/// Where reads are answered: by the API server itself where it was lent, else by the tools.
package struct ClusterSource: Sendable {
  package let executor: any CommandExecutor
  let connection: Connection
  private(set) var access: APIAccess?
  /// What it was asked for; nil: it was not.
  private(set) var use: APIUse?
  private(set) var groups: Task<APIGroups?, Never>?

  package init(_ executor: any CommandExecutor, _ connection: Connection) {
    self.executor = executor
    self.connection = connection
  }

  /// How long the API server may take to say what it has.
  static let patience = Duration.seconds(2)

  /// Lets the reads of one moment share one way to the API server.
  package func shared<Outcome: Sendable>(
    for use: APIUse = .reading, _ reads: (ClusterSource) async -> Outcome
  ) async -> Outcome {
    if access != nil { return await reads(self) }
    return await executor.withAPI(connection, for: use) { access in
      var source = self
      source.use = use
      guard let access else { return await reads(source) }
      let groups = Task { await Self.groups(access.server) }
      defer { groups.cancel() }
      source.access = access
      source.groups = groups
      return await reads(source)
    }
  }

  static func groups(_ server: any APIServer) async -> APIGroups? {
    let answer = try? await server.get(
      "/apis", accept: APIAnswer.json, until: .now + patience, limit: 1 << 20)
    guard let answer, answer.status == 200 else { return nil }
    return try? JSONDecoder().decode(APIGroups.self, from: answer.body)
  }

  // MARK: Asking

  package func answer(_ read: ClusterRead) async -> Reply {
    if read == .repositories, let known = executor.toolFiles?.repositories() {
      return .repositories(known.map { ChartRepository(name: $0.name, url: $0.url) })
    }
    let command = read.command(connection)
    if let reply = await direct(read, command) { return reply }
    do {
      return reply(to: read, try await executor.run(command))
    } catch let message as UserMessage {
      return .failed(message)
    } catch {
      return .failed(UserMessage("\(command.tool.rawValue) could not be run.", reason: "\(error)"))
    }
  }

  /// The objects of one kind.
  ///
  /// - Throws: `UserMessage` where they cannot be read.
  package func objects<Object: ClusterObject>(
    _ listing: Listing, as type: Object.Type = Object.self, purpose: String
  ) async throws(UserMessage) -> [Object] {
    let read = ClusterRead.objects([listing], showManagedFields: false, purpose: purpose)
    let reply = await answer(read)
    switch reply {
    case .objects(let objects): return objects.of(listing.resource)
    case .failed(let problem): throw problem
    case .said, .releases, .repositories:
      let answer = Answer(reply: reply, command: read.command(connection), at: Date())
      let fact: Fact<Int> = answer.failed()
      guard let problem = fact.problem else { return [] }
      throw problem
    }
  }

  /// - Returns: nil where the tool is to be asked.
  private func direct(_ read: ClusterRead, _ command: Command) async -> Reply? {
    if case .tool = read { return nil }
    let start = ContinuousClock.now
    guard let access, let groups = await groups?.value else { return nil }
    let reader = APIReader(
      server: access.server, groups: groups, start: start, timeLimit: command.timeLimit)
    let releases = StoredReleases(server: access.server, deadline: start + command.timeLimit)
    switch read {
    case .objects(let listings, _, _): return await reader.objects(listings)
    case .endpoint(let path, let patience, _): return await reader.endpoint(path, patience)
    case .log(let log): return await reader.log(log)
    case .releases where access.keepsReleases: return await releases.list().map(Reply.releases)
    case .values(let release, let namespace) where access.keepsReleases:
      return await releases.values(of: release, namespace).map { text in
        .said(CommandResult(exit: .code(0), standardOutput: Data(text.utf8)))
      }
    case .releases, .values, .repositories, .tool: return nil
    }
  }

  /// What a tool printed, taken apart where it is a list of something.
  private func reply(to read: ClusterRead, _ result: CommandResult) -> Reply {
    guard result.exit.isSuccess else { return .said(result) }
    let decoder = JSONDecoder()
    switch read {
    case .objects(let listings, _, _):
      let list = try? ObjectList.decoder(of: listings.map(\.resource)).decode(
        ObjectList.self, from: result.standardOutput)
      return list.map { .objects($0.sorted(into: listings)) } ?? .said(result)
    case .releases:
      let rows = try? decoder.decode([Release].self, from: result.standardOutput)
      return rows.map(Reply.releases) ?? .said(result)
    case .repositories:
      let rows = try? decoder.decode([ChartRepository].self, from: result.standardOutput)
      return rows.map(Reply.repositories) ?? .said(result)
    case .endpoint, .log, .values, .tool: return .said(result)
    }
  }
}
