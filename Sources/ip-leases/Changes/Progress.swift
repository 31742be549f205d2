import Basics
import Execution
import IPLeasesCore
import Synchronization

/// Tells on the terminal what an apply does: plans and results on standard output, the output of
/// the commands indented below each. With JSON only problems are told, on standard error.
final class Progress: Sendable {
  private let call: Call
  private let isJSON: Bool
  /// What a line still lacks: a chunk may end in the middle of one.
  private let rest = Mutex("")
  /// Of a command that is tried again this is said once; what a wait is for is said at its start.
  private let isRetryTold = Mutex(true)

  init(_ call: Call, isJSON: Bool) {
    self.call = call
    self.isJSON = isJSON
  }

  func show(_ event: EnablementEvent) {
    switch event {
    case .planned(let plan): say(PlanText.text(plan, call.ownOptions))
    case .run(let event): show(event)
    case .stepEnded(let result): show(result)
    }
  }

  private func show(_ event: RunEvent) {
    switch event {
    case .started(_, .command(let command)):
      isRetryTold.withLock { $0 = false }
      say("$ \(SafeText.line(command.shellText, limit: 100_000))\n")
    case .started(_, .file(let change)): say("write \(change.path)\n")
    case .started(_, .wait(let wait)):
      isRetryTold.withLock { $0 = true }
      say("wait until \(wait.until)\n")
    case .output(_, let chunk): show(chunk)
    case .finished:
      let line = rest.withLock { rest in
        defer { rest = "" }
        return rest
      }
      if !line.isEmpty { say("  \(SafeText.line(line))\n") }
    case .stillWaiting:
      let isTold = isRetryTold.withLock { isTold in
        defer { isTold = true }
        return isTold
      }
      if !isTold {
        let told: Advice =
          "  It is tried again: MetalLB's webhook does not answer (\(own: "verify IPL-0302")).\n"
        say(told.text(call.ownOptions))
      }
    case .ended: break
    }
  }

  private func show(_ chunk: OutputChunk) {
    let text = String(decoding: chunk.bytes, as: UTF8.self)
    let lines = rest.withLock { rest -> [Substring] in
      var lines = (rest + text).split(separator: "\n", omittingEmptySubsequences: false)
      rest = lines.popLast().map(String.init) ?? ""
      return lines
    }
    for line in lines { say("  \(SafeText.line(line))\n") }
  }

  private func show(_ result: StepResult) {
    let seconds = (result.duration.inSeconds * 10).rounded() / 10
    // What failed is said below, once.
    let message = result.problem == nil ? "  \(SafeText.line(result.message))" : ""
    say(
      "\(result.kind.rawValue.padded(to: 9)) \(result.id.padded(to: 16)) \(seconds) s\(message)\n\n"
    )
    if let problem = result.problem { call.problem(problem) }
  }

  private func say(_ text: String) {
    if !isJSON { call.output(text) }
  }
}
