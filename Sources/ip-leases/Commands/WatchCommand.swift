import ArgumentParser
import Basics
import Foundation
import IPLeasesCore

extension WatchPart: ExpressibleByArgument {}

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
  @Option(name: [.short, .long], help: "text or json (one object a line).")
  var output = OutputFormat.text
  @Argument(help: "What is upgraded: metallb, operator or provider.") var part: WatchPart?

  func validate() throws {
    if let hold, WaitingTime.parse(hold).map({ $0 <= .zero }) ?? true {
      throw ValidationError("--for wants a time from 1s on, as 90s, 5m or 1h.")
    }
    if record?.isEmpty == true || replay?.isEmpty == true {
      throw ValidationError("--record and --replay want the name of a file.")
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
      call: call, isJSON: output == .json, hasColors: options.hasColors(call))
    if let replay { throw ExitCode(try judge(replay, output, call)) }
    let workplace = try Workplace(options, call)
    let (session, survey) = await workplace.survey(Observation.needs)
    if let problem = survey.snapshot.cluster.problem { throw call.failure(problem.untold) }
    var watch = LiveWatch(call: call, session: session, output: output)
    do throws(UserMessage) {
      try watch.begin(
        survey.snapshot,
        LiveWatch.Wish(
          part: part, hold: holdSeconds, record: record, isNew: newBaseline))
    } catch {
      throw call.failure(error)
    }
    let exit: Int32 =
      if workplace.isAccelerated {
        await watch.follow(PolledSnapshots(session, from: survey.snapshot))
      } else {
        await watch.follow(LiveSnapshots(session, from: survey.snapshot))
      }
    throw ExitCode(exit)
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
    guard output.show(run.baseline, isResumed: !run.isNew) else { return Exit.untold }
    for observation in record.observations {
      guard output.show(run.feed(observation)) else { return Exit.untold }
      // As the watch did.
      if run.isOver { return run.exitCode }
    }
    call.error("The record ends before there is a verdict.\n")
    return Exit.untold
  }
}
