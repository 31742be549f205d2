import Foundation
import IPLeasesCore
import Synchronization

/// SIGINT, SIGTERM and SIGHUP while something runs without a screen.
///
/// The first SIGINT stops on purpose: the running command is asked to end. SIGTERM and SIGHUP end
/// this program and leave a running change to finish; a proof is taken away first, for which a
/// second one of these signals does not wait.
enum Interruption {
  private static let seen = Atomic<Bool>(false)

  static var hasHappened: Bool { seen.load(ordering: .relaxed) }

  static func watch<Value: Sendable>(
    _ runner: PlanRunner, _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    let work = Task { await body() }
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        let isFirst = !seen.exchange(true, ordering: .relaxed)
        guard number == SIGINT else {
          if !isFirst { _exit(Exit.interrupted) }
          work.cancel()
          return
        }
        if isFirst {
          Standard.error("\nStopping: the running command is asked to end.\n")
          Task { await runner.stop() }
        }
      }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    return await work.value
  }
}
