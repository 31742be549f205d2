import Basics
import Cluster
import Execution
import Foundation
import Logs

/// Kubernetes' events of one namespace, over all watches of them.
extension LogFollower {
  func followEvents(_ namespace: String, _ request: Request, _ emit: @escaping Emit) async {
    let state = EventStreamState(namespace, since: oldest(request), date: clock.date, emit)
    var pause = BackOff()
    while !Task.isCancelled {
      state.restart()
      await source.renewed { source in
        if await source.isOpen {
          await source.watch(Listing(.events, in: namespace)) { state.take($0) }
        } else {
          await watchEvents(namespace, into: state)
        }
      }
      if state.hasCome { pause.reset() }
      try? await clock.sleep(pause.next())
    }
  }

  /// Where only kubectl reaches the API server.
  private func watchEvents(_ namespace: String, into state: EventStreamState) async {
    let command = Kubectl(settings.connection).watchEvents(namespace: namespace)
    do {
      let exit = try await executor.follow(command) { chunk in
        if chunk.isError { state.complain(chunk.bytes) } else { state.take(chunk.bytes) }
      }
      guard !exit.isSuccess, !Task.isCancelled else { return }
      state.end(
        ToolFailure.message(
          for: command, CommandResult(exit: exit, standardError: state.errors),
          redaction: Redaction()))
    } catch {
      guard !Task.isCancelled else { return }
      state.end(error as? UserMessage ?? UserMessage("\(command.purpose) was given up"))
    }
  }
}
