import Addresses
import Basics
import Cluster
import Execution
import Foundation

/// Evidence for somebody else.
extension Session {
  /// The newest lines of each log that go with it.
  package static let bundledLines = 2_000
  /// Bytes of a file of the state folder.
  private static let largestState = 64 << 20

  /// Reads everything that any subcommand reads, and replaces what tells who it is about.
  ///
  /// - Parameters:
  ///   - names: kinds of names that are not replaced.
  ///   - program: the version of the program.
  ///   - home: the folder of the user, which paths tell.
  package func bundle(
    keeping names: Set<Pseudonyms.Kind>, program: String, home: String
  ) async throws(UserMessage) -> EvidenceBundle {
    let recorder = ReadRecorder(executor)
    let watched = Session(settings: settings, identity: identity, executor: recorder)
    let plans = AllSteps.inOrder.reduce(into: Set<FactName>()) { $0.formUnion($1.planNeeds) }
    _ = await watched.survey(
      AllSteps.needs.union(plans).union(StatusReport.needs).union(Checks.needs())
        .union(Observation.needs).union([.leasedIPs, .versions, .helmVersion]))
    let follower = LogFollower(executor: recorder, settings: settings, journal: nil)
    var request = LogFollower.Request()
    request.lines = Self.bundledLines
    let sighting = await follower.find(request.selection)
    _ = await follower.read(request, sighting.containers) { _ in }
    let secrets = await watched.secrets()
    return try bundle(
      of: recorder.reads, keeping: names, hiding: secrets.redaction, program: program, home: home)
  }

  /// The same of what was read already.
  package func bundle(
    of read: RecordedReads, keeping names: Set<Pseudonyms.Kind>, hiding redaction: Redaction,
    program: String, home: String
  ) throws(UserMessage) -> EvidenceBundle {
    var reads = read
    reads.joinParts()
    let scrub = BundleScrub(redaction: redaction)
    reads = scrub(reads)
    let state = Self.state(journal: journalFolder, others: folder).mapValues { data in
      Data(redaction.redacting(String(decoding: data, as: UTF8.self)).utf8)
    }
    var told = EvidenceBundle.Settings()
    told.pool = settings.poolRanges.texts
    told.providerAddress = settings.providerAddress
    told.way = settings.way
    told.metallbVersion = settings.metallbVersion

    var others: [String: String] = [:]
    for name in [identity.key, identity.journalKey, identity.context] {
      others[name] = EvidenceBundle.context
    }
    if case .uid(let uid, _) = identity.mark { others[uid] = Self.uid }
    if let context = settings.connection.context { others[context] = EvidenceBundle.context }
    let pseudonyms = try Pseudonyms(
      texts: Self.texts(reads, state, told), tenants: TenantNames(reads).pseudonyms,
      others: others, keeping: names)
    func renamed(_ text: String) -> String {
      pseudonyms.replacing(in: home.count > 1 ? text.replacing(home, with: "/home/admin") : text)
    }
    var bundle = EvidenceBundle(reads: Self.renamed(reads, renamed), program: program)
    bundle.state = state.mapValues { Data(renamed(String(decoding: $0, as: UTF8.self)).utf8) }
    bundle.settings = told
    bundle.settings.pool = told.pool.map(renamed)
    bundle.settings.providerAddress = told.providerAddress.map(renamed)
    for kind in Pseudonyms.Kind.allCases where !names.contains(kind) {
      bundle.replaced[kind] = pseudonyms.counts[kind]
    }
    return bundle
  }

  private static let uid = "00000000-0000-4000-8000-000000000001"

  private var journalFolder: StateFolder {
    StateFolder(root: settings.stateDirectory, cluster: identity.journalKey)
  }

  private static func state(journal: StateFolder, others: StateFolder) -> [String: Data] {
    var files: [String: Data] = [:]
    for name in EvidenceBundle.stateFiles {
      let folder = name.hasPrefix("activity") ? journal : others
      let data = try? AtomicFile.read("\(folder.path)/\(name)", limit: largestState)
      if let data, !data.isEmpty { files[name] = data }
    }
    return files
  }

  private static func texts(
    _ reads: RecordedReads, _ state: [String: Data], _ settings: EvidenceBundle.Settings
  ) -> [String] {
    func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
    var texts = settings.pool
    for (target, answer) in reads.answers { texts += [target, text(answer.body)] }
    for (words, said) in reads.said {
      texts += words
      texts += [text(said.output), text(said.errors)]
    }
    for (key, log) in reads.logs { texts += [key.namespace, key.pod, text(log)] }
    texts += state.values.map(text)
    if let address = settings.providerAddress { texts.append(address) }
    return texts
  }

  private static func renamed(
    _ reads: RecordedReads, _ rename: (String) -> String
  ) -> RecordedReads {
    func renamed(_ data: Data) -> Data {
      Data(rename(String(decoding: data, as: UTF8.self)).utf8)
    }
    var result = RecordedReads(date: reads.date)
    for (target, answer) in reads.answers {
      result.answers[rename(target)] = RecordedReads.Answer(
        status: answer.status, body: renamed(answer.body))
    }
    for (words, said) in reads.said {
      result.said[words.map(rename)] = RecordedReads.Said(
        exit: said.exit, output: renamed(said.output), errors: renamed(said.errors))
    }
    for (key, log) in reads.logs {
      let other = RecordedReads.LogKey(
        namespace: rename(key.namespace), pod: rename(key.pod), container: key.container,
        isPrevious: key.isPrevious)
      result.logs[other] = renamed(log)
    }
    return result
  }
}
