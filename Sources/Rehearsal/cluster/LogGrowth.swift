import Basics
import Execution

/// What a command that never ends prints next: it is asked again and again, and only what is new
/// goes out.
struct LogGrowth {
  let command: Command
  private let isLog: Bool
  /// The pod that is followed; nil for events, and where a workload is named.
  private let pod: String?
  private let container: String?
  /// Its restarts at the beginning.
  private var restarts: Int?
  private var uid: String?
  private var given: Set<String> = []

  init(_ command: Command) {
    var once = command
    once.arguments.removeAll { ["-f", "--follow", "--watch"].contains($0) }
    self.command = once
    isLog = once.arguments.contains("logs")
    let namespace = Self.value(behind: "-n", in: once.arguments) ?? "default"
    pod =
      Self.value(behind: "logs", in: once.arguments)
      .flatMap { $0.contains("/") ? nil : "\(namespace)/\($0)" }
    container = Self.value(behind: "-c", in: once.arguments)
  }

  /// When there is something new if nobody changes the cluster: the next line of the pod, or whatever
  /// the cluster does next. nil is never.
  ///
  /// - Parameter state: of now, with nothing of it due.
  func nextMoment(_ state: RehearsalState) -> Double? {
    [isLog ? nextLine(state) : nil, state.nextMoment].compactMap(\.self).min()
  }

  /// In seconds. The programs' beats are shorter than the first, but for the one of ten minutes.
  private static let horizons = [40.0, 620]

  /// What it will have written by then, if all stays as it is.
  private func nextLine(_ state: RehearsalState) -> Double? {
    guard let pod else { return state.time + Self.horizons[0] }
    guard let record = state.pods[pod] else { return nil }
    let first = record.template["spec"]["containers"].items.first
    let container = container ?? first?["name"].text ?? ""
    for horizon in Self.horizons {
      var later = state
      later.time += horizon
      let lines = LogLines.lines(of: record, container: container, in: later, since: state.time)
      if let next = lines.first(where: { $0.time > state.time }) { return next.time }
    }
    return nil
  }

  /// Asks for what can be new in a cluster that nobody has changed since the look before.
  var latestCommand: Command {
    guard isLog, !given.isEmpty else { return command }
    var latest = command
    latest.arguments.removeAll { $0.hasPrefix("--since") || $0.hasPrefix("--tail") }
    latest.arguments.append("--since=60s")
    return latest
  }

  /// Lines of a log with their times, or whole objects of a list.
  mutating func new(in output: String) -> String {
    let pieces = isLog ? output.split(separator: "\n").map(String.init) : objects(in: output)
    // Lines of one moment and the same words are told apart by their number.
    var counts: [String: Int] = [:]
    var text = ""
    for piece in pieces {
      counts[piece, default: 0] += 1
      if given.insert("\(counts[piece] ?? 0) \(piece)").inserted { text += piece + "\n" }
    }
    return text
  }

  mutating func hasEnded(_ state: RehearsalState) -> Bool {
    guard let pod else { return false }
    guard let record = state.pods[pod] else { return true }
    defer {
      restarts = record.restarts
      uid = record.uid
    }
    return uid.map { $0 != record.uid } ?? false || restarts.map { $0 != record.restarts } ?? false
  }

  private func objects(in output: String) -> [String] {
    guard let list = try? JSONText.parse(output) else { return [] }
    return list["items"].items.map { JSONText.indented($0) }
  }

  private static func value(behind word: String, in arguments: [String]) -> String? {
    guard let index = arguments.firstIndex(of: word), index + 1 < arguments.count else {
      return nil
    }
    return arguments[index + 1]
  }
}
