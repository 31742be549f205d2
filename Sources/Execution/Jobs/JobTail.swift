import Basics
import Foundation

/// Reads a job's two output files while they grow.
struct JobTail {
  private let job: JobFolder
  private var offsets = [0, 0]

  init(job: JobFolder) { self.job = job }

  /// Returns when the job is over and all its output is taken.
  ///
  /// - Throws: `CancellationError` at once when the task is cancelled.
  consuming func follow(into collector: OutputCollector, until ending: JobEnding) async throws {
    var pause = Duration.milliseconds(2)
    while true {
      // Asked before reading: what is written until the end is then in the files.
      let isLast = ending.isOver
      let hasGrown = take(into: collector)
      if isLast { return }
      pause = hasGrown ? .milliseconds(10) : min(pause * 2, .milliseconds(50))
      try await Task.sleep(for: pause)
    }
  }

  private mutating func take(into collector: OutputCollector) -> Bool {
    var hasGrown = false
    for (index, path) in [job.output, job.errors].enumerated() {
      guard let file = try? OpenFile(path, .readOnly) else { continue }
      while let bytes = try? file.read(at: offsets[index], count: 1 << 18), !bytes.isEmpty {
        hasGrown = true
        offsets[index] += bytes.count
        _ = bytes.withUnsafeBytes { collector.take($0, isError: index == 1) }
      }
    }
    return hasGrown
  }
}
