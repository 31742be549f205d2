import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// What a bundle says to people, made from the bundle itself: nothing can be in it that is not in
/// what was replaced.
enum BundleDocuments {
  static func make(_ bundle: EvidenceBundle) async throws(UserMessage) -> [TarArchive.Entry] {
    let opened = try OpenedBundle(bundle)
    let settings = opened.settings(
      as: ConsoleSettings(
        providerFile: "\(opened.folder)/provider.yaml", stateDirectory: opened.folder))
    let session = Session(
      settings: settings, identity: ClusterIdentity(context: EvidenceBundle.context, server: ""),
      executor: opened.executor)
    let plans = AllSteps.inOrder.reduce(into: Set<FactName>()) { $0.formUnion($1.planNeeds) }
    let survey = await session.survey(
      AllSteps.needs.union(plans).union(Gauges.needs(of: nil)))
    let date = bundle.reads.date
    let status = StatusReport(
      survey.snapshot, survey.checklist, results: survey.checks,
      aside: Set(session.findings.aside(at: date).keys))
    let (report, _) = session.report(survey, duration: .zero, isAsked: false, at: date)
    let planned = session.plans(StepID.allCases, of: survey).compactMap { try? $0.result.get() }
    let steps = StepsDocument(
      survey.checklist, context: EvidenceBundle.context, way: survey.snapshot.way(settings))
    let pools = PoolsDocument(
      PoolReading.pools(survey.snapshot), findings: LeaseFinding.find(in: survey.snapshot),
      unseen: PoolReading.unseen(survey.snapshot))
    return [
      entry("README.txt", readme(bundle)),
      entry("status.txt", StatusText.text(status, at: date, [])),
      entry("status.json", json(StatusDocument(status, at: date))),
      entry("steps.json", json(steps)), entry("steps.txt", StepsText.text(survey.checklist, [])),
      entry("verify.json", json(CheckDocument(report))),
      entry("verify.txt", report.text(comparesInFull: false)),
      entry("pools.json", json(pools)), entry("plan.json", json(PlanDocument(planned))),
      entry(
        "plan.txt",
        planned.filter { !$0.isEmpty }.map { PlanText.text($0, []) }.joined(
          separator: "\n")),
      entry("timeline.txt", timeline(session, at: date)),
      entry("versions.txt", versions(bundle, status)),
    ]
  }

  /// What goes in, before it is written.
  static func list(_ entries: [TarArchive.Entry], _ bundle: EvidenceBundle) -> String {
    let lines = entries.map { entry in
      "  \(String(entry.contents.count).leftPadded(to: 9))  \(entry.name)\n"
    }
    return "The bundle holds, in bytes:\n" + lines.joined() + replaced(bundle)
  }

  // MARK: Helpers

  private static func entry(_ name: String, _ text: String) -> TarArchive.Entry {
    TarArchive.Entry(name, Data(text.utf8))
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    encoder.dateEncodingStrategy = .iso8601
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
  }

  private static func timeline(_ session: Session, at date: Date) -> String {
    guard
      let run = try? WatchStore(folder: session.folder).unfinished(
        of: EvidenceBundle.context, at: date)
    else { return "No watch goes on.\n" }
    let lines = run.timeline.events.map {
      "\($0.time.formatted(.iso8601))  \($0.part.rawValue.padded(to: 12)) \(SafeText.line($0.text))\n"
    }
    let head = "Since \(run.baseline.time.formatted(.iso8601)): \(run.verdict.why)\n"
    return head + lines.joined()
  }

  private static func versions(_ bundle: EvidenceBundle, _ status: StatusReport) -> String {
    "ip-leases  \(bundle.program)\n"
      + status.parts.map { "\($0.title)  \(SafeText.line($0.version))\n" }.joined()
  }

  private static func replaced(_ bundle: EvidenceBundle) -> String {
    let counts = Pseudonyms.Kind.allCases.compactMap { kind in
      bundle.replaced[kind].map { "\(kind.rawValue) \($0)" }
    }
    let kept = Pseudonyms.Kind.allCases.filter { bundle.replaced[$0] == nil }.map(\.rawValue)
    return "Replaced by other names: \(counts.joined(separator: ", ")).\n"
      + (kept.isEmpty ? "" : "Kept as they are: \(kept.joined(separator: ", ")).\n")
  }

  private static func readme(_ bundle: EvidenceBundle) -> String {
    """
    A bundle of ip-leases \(bundle.program), read at \(bundle.reads.date.formatted(.iso8601)).
    ip-leases --from FILE opens it with every subcommand that reads, and with the console.

    status, steps, verify, pools, plan   the answers of these subcommands on what is in here
    timeline.txt, versions.txt           the watch as it stands; which parts there are
    objects/                             what the API server answered, a list or a page a file
    tools/                               what kubectl and helm printed where only they can tell
    logs/                                the last \(Session.bundledLines) lines of each container
    state/                               activity, the history of the checks, what is set aside, the watch
    index.json                           which file answers which question

    \(replaced(bundle))
    Left out: every Secret, the values an admin gave to a release but for those that are public anyway,
    variables of containers that set nothing up, foreign annotations, and whatever looks or is known
    like a key, password or token. "(hidden)" stands in the place of what was left out.

    A domain became domainN.example, a label before it hN; a wallet another one whose checksum is right;
    a tenant's namespace tenant000N, another name of a tenant svcN, a deployment's number 10000N. Public
    addresses were moved to other networks block by block: what lies in one range lies in one range
    again, and what is next to each other stays so. Private addresses, names of nodes and of everything
    that is no tenant's are as they were: look through this before you post it.

    """
  }
}
