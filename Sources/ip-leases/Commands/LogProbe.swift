import ArgumentParser
import Execution
import Foundation
import IPLeasesCore
import Logs

/// The console on the built-in cluster with a provider that writes as many lines as it is told, for
/// tests and measurements. Not in the help.
struct LogProbe: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "log-probe", abstract: "The console while a provider floods its log.",
    shouldDisplay: false)

  @OptionGroup var options: GlobalOptions
  @Option(help: "Lines of the provider in a second; 0: no pod writes anything.") var rate = 100_000

  func validate() throws {
    guard options.rehearse != nil else { throw ValidationError("--rehearse is needed.") }
    guard (0...1_000_000).contains(rate) else { throw ValidationError("--rate is too large.") }
  }

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call, hasScreen: true) {
      FloodingExecutor(base: $0, rate: rate)
    }
    throw ExitCode(await OpenConsole.open(workplace, options))
  }
}

/// Runs everything as the other does, but the log of the provider never ends, or all are silent.
private struct FloodingExecutor: CommandExecutor {
  let base: any CommandExecutor
  let rate: Int

  private static let interval = Duration.milliseconds(10)

  func run(_ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?) async throws
    -> CommandResult
  {
    try await base.run(command, onOutput: onOutput)
  }

  func follow(_ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void) async throws
    -> CommandExit
  {
    let words = command.arguments
    let isLog = words.contains("logs") && words.contains("--follow")
    guard isLog, rate == 0 || words.contains("provider") else {
      return try await base.follow(command, onOutput: onOutput)
    }
    while rate == 0, !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    let clock = ContinuousClock()
    let start = clock.now
    var count = 0
    while !Task.isCancelled {
      // However late the sleep ends, the rate holds.
      let due = Int(start.duration(to: clock.now) / .seconds(1) * Double(rate))
      if due > count { onOutput(OutputChunk(bytes: lines(count..<due), isError: false)) }
      count = max(count, due)
      try? await clock.sleep(for: Self.interval)
    }
    return .signal(15)
  }

  func stop() async { await base.stop() }

  /// Lines of 120 bytes with their times, as the runtime gives them.
  private func lines(_ numbers: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.count * 152)
    let time = Array(LogTime(Date()).rfc3339.utf8)
    let padding = Array(repeating: UInt8(ascii: "x"), count: 120)
    for number in numbers {
      let level = number % 5_000 == 4_999 ? "ERR" : number % 500 == 499 ? "WRN" : "INF"
      bytes += time
      let text = Array(" \(level) bid made order=\(number)/1/1 took=\(number % 97)ms padding=".utf8)
      bytes += text
      bytes += padding.prefix(max(0, 121 - text.count))
      bytes.append(0x0A)
    }
    return bytes
  }
}
