import ArgumentParser
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import Synchronization

/// What a subcommand works with: the settings, what runs commands, the session on top.
struct Workplace {
  let call: Call
  let settings: ConsoleSettings
  /// For reading; changes go through the executor of a session, which knows the cluster's folder.
  private let reading: any CommandExecutor
  private var reads: RunningReads { call.reads }
  private let proxies = SharedProxies()
  private let hasScreen: Bool
  /// In place of a cluster.
  private let opened: OpenedBundle?

  /// - Throws: `ExitCode` after the reason was printed.
  ///
  /// - Parameters:
  ///   - hasScreen: the console answers signals itself, until it is left.
  ///   - wrapping: puts something before what runs commands.
  init(
    _ options: GlobalOptions, _ call: Call, hasScreen: Bool = false,
    wrapping: (any CommandExecutor) -> any CommandExecutor = { $0 }
  ) throws {
    self.call = call
    self.hasScreen = hasScreen
    if options.context.count > 1 {
      throw ValidationError("--context is given once here; status and verify take several.")
    }
    if !hasScreen { Interruption.begin(ending: call.reads, of: call) }
    do throws(UserMessage) {
      var chosen = try options.settings(UserFolders(call.environment))
      chosen.ownOptions = call.ownOptions
      if let path = options.from {
        opened = try OpenedBundle(
          contentsOf: GlobalOptions.absolute(path, UserFolders(call.environment)))
      } else {
        opened = nil
      }
      settings = opened?.settings(as: chosen) ?? chosen
    } catch {
      throw call.failure(error.untold)
    }
    if !settings.isReadOnly { AtomicFile.removeLeftovers(of: settings.providerFile) }
    if options.reset {
      do throws(UserMessage) { try Self.forget(settings) } catch { throw call.failure(error) }
    }
    do throws(UserMessage) {
      if let opened {
        reading = wrapping(opened.executor)
      } else {
        reading = wrapping(try Self.executor(settings, options, call, call.reads, proxies))
      }
    } catch {
      throw call.failure(error.untold)
    }
  }

  /// The session of a cluster, once it is known which one it is.
  ///
  /// - Parameter isForChange: whoever changes the cluster now is told where the lock is not got.
  func session(isForChange: Bool = false) async -> Session {
    let session = makeSession(await ClusterIdentity.read(reading, settings))
    if !isForChange { tellChange(of: session) }
    return session
  }

  /// Every context of the kubeconfig.
  ///
  /// - Throws: `ExitCode` where they cannot be told, after saying why.
  func contexts() async throws -> [String] {
    let command = Kubectl(settings.connection).contexts()
    do {
      let result = try await reading.run(command)
      let names = result.outputText.split(separator: "\n").map(String.init)
      if result.exit.isSuccess, !names.isEmpty { return names.sorted() }
      throw result.exit.isSuccess
        ? UserMessage("The kubeconfig has no context.", advice: "Give another --kubeconfig.")
        : ToolFailure.message(for: command, result, redaction: Redaction())
    } catch let message as UserMessage {
      throw call.failure(message.untold)
    }
  }

  /// Reads, and says who changes the cluster meanwhile.
  func read(_ names: Set<FactName>) async -> ClusterSnapshot { await readWithSession(names).1 }

  /// Reads and assesses while it finds out which cluster this is.
  ///
  /// - Parameter onEarly: gets what is known so far, each second until that is all; from when it is
  ///   known which cluster this is.
  func survey(
    _ names: Set<FactName>, onEarly: (@Sendable (ClusterSnapshot, Session) -> Void)? = nil
  ) async -> (Session, Survey) {
    let (session, snapshot) = await readWithSession(names, onEarly: onEarly)
    if !hasScreen { for problem in session.asideProblems { call.problem(problem) } }
    return (session, session.survey(of: snapshot))
  }

  /// What is read of the cluster tells which one it is: that costs no question of its own.
  private func readWithSession(
    _ names: Set<FactName>, onEarly: (@Sendable (ClusterSnapshot, Session) -> Void)? = nil
  ) async -> (Session, ClusterSnapshot) {
    let found = Mutex(Found())
    let make: @Sendable (ClusterIdentity.Mark) -> Session? = { mark in
      found.withLock { found in
        if found.session == nil, let name = found.name {
          found.session = makeSession(ClusterIdentity(name, mark))
        }
        return found.session
      }
    }
    async let name = ClusterIdentity.name(reading, settings)
    async let asked =
      names.contains(.cluster) ? nil : ClusterIdentity.mark(reading, settings)
    var tell: (@Sendable (ClusterSnapshot) -> Void)?
    if let onEarly {
      tell = { snapshot in
        guard let mark = mark(in: snapshot), let session = make(mark) else { return }
        onEarly(snapshot, session)
      }
    }
    async let read = ClusterReader(executor: reading, settings: settings)
      .read(names, onEarly: tell)
    let known = await name
    found.withLock { $0.name = known }
    let snapshot = await read
    let early = found.withLock { $0.session }
    let session: Session
    if let early {
      session = early
    } else if let mark = await asked ?? mark(in: snapshot) {
      session = makeSession(ClusterIdentity(known, mark))
    } else {
      session = makeSession(ClusterIdentity(known, await ClusterIdentity.mark(reading, settings)))
    }
    tellChange(of: session)
    return (session, session.seen(snapshot))
  }

  private func mark(in snapshot: ClusterSnapshot) -> ClusterIdentity.Mark? {
    settings.isNamed ? .name : ClusterIdentity.mark(in: snapshot)
  }

  private struct Found {
    var name: ClusterIdentity.Name?
    var session: Session?
  }

  private func makeSession(_ read: ClusterIdentity) -> Session {
    let (identity, notices) = KeptClusters(root: settings.stateDirectory)
      .settle(read, isReadOnly: settings.isReadOnly)
    if !hasScreen { for notice in notices { call.problem(notice) } }
    let folder = StateFolder(root: settings.stateDirectory, cluster: identity.key)
    let executor = settings.isNamed ? reading : Self.local(folder, call, reads, proxies)
    var settings = settings
    // Another terminal may switch the kubeconfig to another cluster at any moment.
    settings.connection.context = settings.connection.context ?? identity.name.exact
    var session = Session(settings: settings, identity: identity, executor: executor)
    session.notices = notices
    return session
  }

  /// What is read while somebody changes the cluster is half of the old and half of the new.
  private func tellChange(of session: Session) {
    guard !hasScreen, let holder = Lock.change(in: session.folder) else { return }
    call.error("The cluster is being changed now: \(holder.text).\n")
  }

  /// A scenario that starts anew has no past: no journal, no ways back, no captured values.
  private static func forget(_ settings: ConsoleSettings) throws(UserMessage) {
    guard let scenario = settings.rehearsal else { return }
    let identity = ClusterIdentity(context: "rehearsal-\(scenario)", server: "")
    let folder = StateFolder(root: settings.stateDirectory, cluster: identity.key)
    // Whoever works on it now keeps it.
    let lock = try Lock.acquire(in: folder, doing: "reset")
    defer { lock.release() }
    let captured = "\(settings.stateDirectory)/rehearsal/\(scenario)/provider.yaml"
    let inventory = (try? RehearsalStart(parsing: scenario)).flatMap {
      RehearsalExecutor.inventory(
        of: $0.scenario, directory: "\(settings.stateDirectory)/rehearsal/\(scenario)")
    }
    let own = [folder.journal, folder.olderJournal, captured] + folder.notes
    let saved = LegacyFiles.all(of: settings) + SavedConfiguration.all(of: settings)
    for path in own + [inventory].compactMap(\.self) + saved {
      try AtomicFile.remove(path)
    }
    for path in [folder.undo, folder.unfinished] where access(path, F_OK) == 0 {
      do { try FileManager.default.removeItem(atPath: path) } catch {
        throw UserMessage("\(path) could not be removed.", reason: error.localizedDescription)
      }
    }
  }

  /// For tests and screen scripts: the built-in cluster's time jumps instead of passing.
  private static func pace(_ call: Call) -> Double? {
    call.environment["IP_LEASES_PACE"].flatMap(Double.init)
  }

  /// The cluster over time, for what goes on: it is followed, or read anew where its time jumps.
  func snapshots(of session: Session, from first: ClusterSnapshot) -> any SnapshotSource {
    settings.rehearsal != nil && Self.pace(call) != nil
      ? PolledSnapshots(session, from: first) : LiveSnapshots(session, from: first)
  }

  /// The screen is gone: from now on a signal ends the program at once.
  func answerSignals() { Interruption.begin(ending: reads, of: call) }

  func endReads() { reads.endAll() }

  private static func local(
    _ folder: StateFolder, _ call: Call, _ reads: RunningReads, _ proxies: SharedProxies
  ) -> LocalExecutor {
    LocalExecutor(
      folder: folder, supervisor: [call.program, "supervise"], reads: reads, proxies: proxies,
      environment: call.ownVariables)
  }

  private static func executor(
    _ settings: ConsoleSettings, _ options: GlobalOptions, _ call: Call, _ reads: RunningReads,
    _ proxies: SharedProxies
  ) throws(UserMessage) -> any CommandExecutor {
    guard let start = options.rehearse else {
      return local(
        StateFolder(root: settings.stateDirectory, cluster: "reading"), call, reads, proxies)
    }
    let pace = pace(call) ?? 1
    return try RehearsalExecutor(
      start, directory: "\(settings.stateDirectory)/rehearsal/\(start.name)", pace: pace,
      reset: options.reset)
  }
}
