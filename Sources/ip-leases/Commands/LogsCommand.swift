import ArgumentParser
import Basics
import Foundation
import IPLeasesCore
import Logs

struct LogsCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "The logs of everything that leases addresses, merged by time.",
    discussion: """
      Sources: \(LogSourceName.allCases.map(\.rawValue).joined(separator: ", ")), or a pod's name; \
      all by default. Lines go to standard output, what happened to a stream to standard error. \
      With --file no cluster is asked: a saved log is read, by the grammars of all programs, or of \
      the one source that is named. TIME is so long ago (90s, 10m, 2h) or as 2026-11-23T15:16:45Z.
      """)

  @OptionGroup var options: GlobalOptions
  @Flag(name: [.short, .long], help: "Go on with what is written from now on.") var follow = false
  @Option(help: ArgumentHelp("Only what is younger.", valueName: "time")) var since: String?
  @Option(help: ArgumentHelp("Only what is not younger.", valueName: "time")) var until: String?
  @Option(
    help: ArgumentHelp("Read this saved log; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String?
  @Option(help: "The lowest level shown: trace, debug, info, warn, error or fatal.")
  var level: String?
  @Option(help: ArgumentHelp("Only lines this regular expression finds.", valueName: "re"))
  var grep: String?
  @Option(
    help: ArgumentHelp(
      "The newest lines of what was written before (default: 100000).", valueName: "n"))
  var maxLines = 100_000
  @Option(name: [.short, .long], help: "text, json (one object a line) or yaml.")
  var output = OutputFormat.text
  @Argument(
    help: ArgumentHelp("The sources; all by default.", valueName: "source"),
    completion: Completions.sources)
  var sources: [String] = []

  func validate() throws {
    if follow { try options.refuseBundle(for: "-f") }
    for (name, text) in [("--since", since), ("--until", until)] {
      if let text, LogMoment.parse(text, now: Date()) == nil {
        throw ValidationError("\(name) wants a time, as 90s, 10m, 2h or 2026-11-23T15:16:45Z.")
      }
    }
    if until != nil, follow {
      throw ValidationError("--until and --follow do not go together.")
    }
    if let file {
      if sources.count > 1 || sources.contains(where: { LogSourceName(rawValue: $0) == nil }) {
        throw ValidationError(
          "With --file one source says whose lines they are; it may be left out.")
      }
      if follow, file != "-" {
        throw ValidationError("--follow goes with --file -, not with a file.")
      }
    }
    if let level, LogLevel(word: level) == nil {
      let words = LogLevel.allCases.map(\.word).joined(separator: ", ")
      throw ValidationError("There is no level \"\(SafeText.line(level, limit: 40))\": \(words).")
    }
    guard (1...1_000_000).contains(maxLines) else {
      throw ValidationError("--max-lines wants a number from 1 to 1000000.")
    }
    do throws(UserMessage) {
      _ = try grep.map { text throws(UserMessage) in try LogPattern(regex: text) }
    } catch {
      throw ValidationError(error.text())
    }
    // A pod's name has a hyphen and more; a mistyped source is told without asking a cluster.
    for word in sources where LogSourceName(rawValue: word) == nil && !Self.mayBePod(word) {
      throw Self.unknown(word, pods: [])
    }
  }

  func answer(_ call: Call) async throws {
    if let file {
      let role = sources.first.flatMap(LogSourceName.init(rawValue:))?.role ?? .file
      let output = try output(call, Redaction(hidesShapes: true), since: moment(since))
      throw ExitCode(
        try LogFile(call: call, output: output, source: LogSource(role), isFollowed: follow)
          .write(file))
    }
    let workplace = try Workplace(options, call)
    let session = await workplace.session()
    let follower = LogFollower(
      executor: session.executor, settings: session.settings, journal: session.journal)
    var request = LogFollower.Request()
    request.selection = LogSelection(words: sources)
    request.since = since.flatMap { text in
      WaitingTime.parse(text) ?? moment(text).map { max(.seconds(1), LogTime(Date()) - $0) }
    }
    request.lines = maxLines
    async let reading = session.secrets()
    let sighting = await follower.find(request.selection)
    try refuseUnknown(sighting, call)
    let secrets = await reading
    if let problem = secrets.problem {
      call.error(
        "The secrets could not be read; what looks like one is hidden in the lines. "
          + "\(problem.text(call.ownOptions))\n")
    }
    let output = try output(call, secrets.redaction, since: nil)
    let code = await LogRun(call: call, follower: follower, request: request, output: output)
      .run(sighting, isEndless: follow)
    throw ExitCode(code)
  }

  private func moment(_ text: String?) -> LogTime? {
    text.flatMap { LogMoment.parse($0, now: Date()) }
  }

  /// - Parameter since: where the source itself does not leave out what is older.
  private func output(
    _ call: Call, _ redaction: Redaction, since: LogTime?
  ) throws -> LogOutput {
    LogOutput(
      call: call, form: output.document, hasColors: options.hasColors(call),
      level: level.flatMap(LogLevel.init(word:)), pattern: try grep.map(LogPattern.init(regex:)),
      since: since, until: moment(until), mostLines: maxLines, redaction: redaction)
  }

  private func refuseUnknown(_ sighting: LogFollower.Sighting, _ call: Call) throws {
    let pods = Set(sighting.containers.map(\.source.pod))
    for word in sources where LogSourceName(rawValue: word) == nil && !pods.contains(word) {
      // Not seen is not unknown where the cluster could not be looked at.
      if let problem = sighting.problems.first {
        call.problem(problem.message)
        throw ExitCode(Exit.untold)
      }
      let all = LogSources.found(in: sighting.snapshot).map(\.source.pod)
      throw Self.unknown(word, pods: Set(all).sorted())
    }
  }

  private static func mayBePod(_ word: String) -> Bool {
    word.contains("-")
      && word.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "-.".contains($0)) }
  }

  private static func unknown(_ word: String, pods: [String]) -> ValidationError {
    let names = LogSourceName.allCases.map(\.rawValue) + pods
    return ValidationError(
      "There is no source \"\(SafeText.line(word, limit: 80))\". There are: "
        + names.joined(separator: ", ") + (pods.isEmpty ? ", or a pod's name." : "."))
  }
}
