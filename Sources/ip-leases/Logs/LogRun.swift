import Basics
import Foundation
import IPLeasesCore

/// One run of `logs`: reads the sources and writes their lines, each at its own pace.
struct LogRun {
  let call: Call
  let follower: LogFollower
  let request: LogFollower.Request
  let output: LogOutput

  private enum End: Sendable {
    case read([LogFollower.Problem])
    /// Nobody reads standard output any more.
    case readerGone
  }

  /// - Returns: the exit code.
  func run(_ sighting: LogFollower.Sighting, isEndless: Bool) async -> Int32 {
    let end = AsyncStream<End>.makeStream(bufferingPolicy: .bufferingOldest(1))
    // `head` may leave while nothing is written that could tell.
    call.streams.watchReader { end.continuation.yield(.readerGone) }
    let missing = missing(in: sighting)
    for name in missing { call.error("\(name): nothing in the cluster writes it now.\n") }
    let queue = LogQueue()
    let writing = Task { await write(queue, isEndless: isEndless) }
    let reading = Task { [follower, request, call] in
      if isEndless {
        await follower.follow(
          request, from: sighting, onLook: { Self.tell($0.problems, call) }, { queue.put($0) })
        return
      }
      let problems = await follower.read(request, sighting.containers) { queue.put($0) }
      queue.close()
      // Awaited aside: write(2) on a full pipe returns when its reader wants, not when we end.
      Task { end.continuation.yield(await writing.value ? .read(problems) : .readerGone) }
    }
    var code = Exit.holds
    for await case let ending in end.stream {
      switch ending {
      case .read(let problems):
        Self.tell(sighting.problems + problems, call)
        code = exitCode(problems, of: sighting, isAllThere: missing.isEmpty)
      case .readerGone: break
      }
      break
    }
    // The tools we started end with us.
    reading.cancel()
    await reading.value
    return code
  }

  private func exitCode(
    _ problems: [LogFollower.Problem], of sighting: LogFollower.Sighting, isAllThere: Bool
  ) -> Int32 {
    if sighting.problems.isEmpty, problems.isEmpty, isAllThere { return Exit.holds }
    let isAnythingRead = problems.count < sighting.containers.count
    return isAnythingRead || !isAllThere ? Exit.doesNotHold : Exit.untold
  }

  /// Sources asked for by name that no container is found for.
  private func missing(in sighting: LogFollower.Sighting) -> [String] {
    // Not seen is not missing.
    guard request.selection != .all, sighting.problems.isEmpty else { return [] }
    let found = Set(sighting.sources.map(\.role)).union([.events, .journal])
    return LogSourceName.allCases.filter {
      request.selection.roles.contains($0.role) && !found.contains($0.role)
    }.map(\.rawValue)
  }

  private static func tell(_ problems: [LogFollower.Problem], _ call: Call) {
    for problem in problems {
      call.error(
        "\(SafeText.line(problem.name, limit: 200)): \(problem.message.text(call.ownOptions))\n")
    }
  }

  /// Writing blocks as long as its reader wants: it has a thread of its own.
  ///
  /// - Returns: false once the reader is gone.
  private func write(_ queue: LogQueue, isEndless: Bool) async -> Bool {
    await withCheckedContinuation { done in
      Thread { done.resume(returning: output.write(queue, isEndless: isEndless)) }.start()
    }
  }
}
