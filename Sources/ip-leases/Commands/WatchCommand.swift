import ArgumentParser
import Basics
import Foundation
import IPLeasesCore

struct WatchCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "An upgrade under watch: promises against a baseline; GO ON, WAIT or GO BACK.",
    discussion: """
      Start it before the upgrade: the first reading is the baseline. It ends with the verdict. \
      Exit codes: 0 GO ON, 1 GO BACK, 2 it could not be told. A watch that was cut off goes on \
      with its baseline when it is called again.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long all must be kept after the last rollout (default: 5m, 10m for the provider).",
      valueName: "time"))
  var hold: String?
  @Option(help: ArgumentHelp("Keep what the watch sees in this file.", valueName: "file"))
  var record: String?
  @Option(
    help: ArgumentHelp(
      "Judge a record again, in no time and without a cluster.", valueName: "file"))
  var replay: String?
  @Flag(help: "Begin anew, where an earlier watch was not brought to its end.")
  var newBaseline = false
  @Option(name: [.short, .long], help: "text, json (one object a line) or yaml.")
  var output = OutputFormat.text
  @Option(
    help: ArgumentHelp(
      "Upgrade to this version of the chart under watch, after its plan was agreed to; newest: the "
        + "newest that fits.", valueName: "version"))
  var to: String?
  @Flag(help: "With --to: where a promise breaks, its way back runs by itself.") var goBack = false
  @OptionGroup var agreement: ConsentOptions
  @Argument(help: "What is upgraded: metallb, operator or provider.") var part: Upgrade.Part?

  func validate() throws {
    try options.refuseBundle(for: "watch")
    if let hold, WaitingTime.parse(hold).map({ $0 <= .zero }) ?? true {
      throw ValidationError("--for wants a time from 1s on, as 90s, 5m or 1h.")
    }
    if record?.isEmpty == true || replay?.isEmpty == true {
      throw ValidationError("--record and --replay want the name of a file.")
    }
    if to?.isEmpty == true { throw ValidationError("--to wants a version, or newest.") }
    if to != nil, part == nil {
      throw ValidationError("--to wants to know what: metallb, operator or provider.")
    }
    if goBack, to == nil { throw ValidationError("--go-back goes with --to.") }
    if agreement.yes || agreement.acceptTouch != nil, to == nil {
      throw ValidationError("--yes and --accept-touch go with --to; nothing else is asked.")
    }
    guard replay != nil else { return }
    if record != nil { throw ValidationError("--replay and --record do not go together.") }
    if newBaseline { throw ValidationError("A record has its own baseline: no --new-baseline.") }
    if part != nil { throw ValidationError("A record says itself what was upgraded.") }
  }

  private var holdSeconds: Int? {
    hold.flatMap(WaitingTime.parse).map { Int($0.components.seconds) }
  }

  func answer(_ call: Call) async throws {
    let output = WatchOutput(
      call: call, form: output.document, hasColors: options.hasColors(call))
    if let replay { throw ExitCode(try judge(replay, output, call)) }
    let workplace = try Workplace(options, call)
    var (session, survey) = await workplace.survey(Observation.needs)
    if let problem = survey.snapshot.cluster.problem { throw call.failure(problem.untold) }
    var watch = LiveWatch(call: call, session: session, output: output)
    // Before anything is shown or asked: it could not begin.
    let kept: WatchRun?
    do throws(UserMessage) { kept = newBaseline ? nil : try watch.unfinished(part) } catch {
      throw call.failure(error)
    }
    let upgrade = try await agreedUpgrade(session, since: kept?.baseline.time, call)
    // The baseline is of the moment before the change, however long the plan was looked at.
    if upgrade != nil { survey = await session.survey(Observation.needs) }
    do throws(UserMessage) {
      try watch.begin(
        survey.snapshot,
        LiveWatch.Wish(
          part: part, hold: holdSeconds, record: record, isNew: newBaseline))
    } catch {
      throw call.failure(error)
    }
    let first = survey.snapshot
    let exit = await withTaskGroup(of: Void.self) { group in
      let isJSON = self.output != .text
      if let upgrade { group.addTask { await upgrade.run(isJSON: isJSON) } }
      let exit = await watch.follow(workplace.snapshots(of: session, from: first), upgrade)
      // What is under way would only go further from where it is to come back to.
      if exit == Exit.doesNotHold, goBack { await upgrade?.stop() }
      // A command that runs is left to finish.
      await group.waitForAll()
      return exit
    }
    guard exit == Exit.doesNotHold, let upgrade else { throw ExitCode(exit) }
    if goBack {
      let isBack = try await upgrade.goBack(session, isJSON: output.isJSON)
      call.error(isBack ? "It was taken back.\n" : "It was not taken back to the end.\n")
      if isBack { watch.judgeBack(await session.survey(Observation.needs).snapshot) }
    } else if let advice = upgrade.advice(session) {
      call.error("The way back was saved: \(advice)\n")
    }
    throw ExitCode(exit)
  }

  /// - Parameter baseline: when the watch began that is gone on with; nil: it begins now.
  private func agreedUpgrade(
    _ session: Session, since baseline: Date?, _ call: Call
  ) async throws -> WatchedUpgrade? {
    guard let to, let part else { return nil }
    return try await WatchedUpgrade.agreed(
      Upgrade(part: part, to: to == "newest" ? nil : to), session, call, agreement,
      isJSON: output != .text, goesBack: goBack, since: baseline)
  }

  // MARK: A record

  private func judge(_ path: String, _ output: WatchOutput, _ call: Call) throws -> Int32 {
    let record: WatchRecord
    do throws(UserMessage) { record = try WatchRecord(contentsOf: path) } catch {
      throw call.failure(error)
    }
    if record.isCut {
      call.error("The last line of the record was cut off; it is left out.\n")
    }
    var run = record.replay(hold: holdSeconds)
    var tellsAll = !run.isNew
    guard output.show(run.baseline, isResumed: tellsAll) else { return Exit.untold }
    for observation in record.observations {
      let step = run.feed(observation)
      guard output.show(tellsAll ? run.whole(step) : step) else { return Exit.untold }
      tellsAll = false
      // As the watch did.
      if run.isOver { return run.exitCode }
    }
    call.error("The record ends before there is a verdict.\n")
    return Exit.untold
  }
}
