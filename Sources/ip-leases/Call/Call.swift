import ArgumentParser
import Basics
import Execution
import Foundation
import IPLeasesCore
import Synchronization
import SystemPackage

/// One call of the program: what it was given, and where its answer goes.
struct Call: Sendable {
  /// Of the program.
  static let version = "0.1.0"

  /// Those behind the program's name.
  let arguments: [String]
  let environment: [String: String]
  var streams: any Streams
  /// A path that starts this program once more.
  let program: String
  /// The process was started for this call alone, so its signals are meant for it. Not so in a test,
  /// where many calls share a process.
  let ownsProcess: Bool
  /// What the program's own commands carry where its texts name them: the options that chose the
  /// cluster, as they were given, so that a copied line runs there again.
  var ownOptions: [String] = []
  /// Of an answer about several contexts: the part that this call is for.
  var block: ContextBlock?
  /// What it has started to read, and must not leave behind.
  let reads = RunningReads()

  /// A change, and giving back what a proof has borrowed, matter more than who reads of it.
  static let goesOnUnread = Atomic(false)

  static var ofThisProcess: Call {
    Call(
      arguments: Array(CommandLine.arguments.dropFirst()),
      environment: ProcessInfo.processInfo.environment, streams: ProcessStreams(),
      program: "/proc/self/exe", ownsProcess: true)
  }

  /// The variables that the tools it starts would not have by themselves.
  var ownVariables: [String: String] {
    let inherited = ProcessInfo.processInfo.environment
    return environment.filter { inherited[$0.key] != $0.value }
  }

  // MARK: The answer

  // Whatever a text is made of, a cluster, a journal, a file's name: nothing in it reaches a terminal
  // or a file that would be obeyed there.

  func output(_ text: String) { control(SafeText.shown(text)) }

  /// The same as `output`; false where its reader has gone.
  ///
  /// - Parameter isPainted: has colours of ours around texts that are safe already.
  func offer(_ text: String, isPainted: Bool = false) -> Bool {
    let text = isPainted ? text : SafeText.shown(text)
    guard let error = streams.write(text, to: .output) else { return true }
    if error != .brokenPipe { stop(because: error) }
    return false
  }

  func error(_ text: String) { _ = streams.write(SafeText.shown(text), to: .error) }

  /// A sequence of ours that the terminal is to obey.
  func control(_ sequence: String) {
    guard let error = streams.write(sequence, to: .output) else { return }
    if ownsProcess, Self.goesOnUnread.load(ordering: .relaxed) { return }
    stop(because: error)
  }

  /// - Parameter isLine: one of many.
  func show(_ value: some Encodable, in form: DocumentForm, isLine: Bool) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let isOfMany = isLine || block != nil
    if !isOfMany { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    do {
      var text = SafeText.shownJSON(String(decoding: try encoder.encode(value), as: UTF8.self))
      if let block { text = block.named(text) }
      if isOfMany { return output(form.part(text)) }
      output(form == .yaml ? DocumentForm.yaml(text) : text + "\n")
    } catch {
      failToWrite(because: "\(error)")
    }
  }

  func show(_ metrics: OpenMetrics) {
    if let block { block.keep(metrics) } else { output(metrics.text) }
  }

  func problem(_ message: UserMessage) { error(message.text(ownOptions) + "\n") }

  /// Says what failed; the exit code is what to throw next.
  func failure(_ message: UserMessage) -> ExitCode {
    problem(message)
    return ExitCode(message.isUntold ? Exit.untold : Exit.doesNotHold)
  }

  /// A full disk must not pass for an answer that was given.
  private func stop(because error: Errno) -> Never {
    if error == .brokenPipe, ownsProcess {
      // As any program whose reader has gone.
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    failToWrite(because: error.description)
  }

  private func failToWrite(because reason: String) -> Never {
    error(UserMessage("The answer could not be written", reason: reason).text() + "\n")
    exit(Exit.untold)
  }
}
