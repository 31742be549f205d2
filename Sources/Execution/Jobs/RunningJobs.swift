import Synchronization

/// The changes this process has started and that have not ended, with who sees their output.
final class RunningJobs: Sendable {
  typealias Listener = @Sendable (OutputChunk) -> Void

  private let jobs = Mutex<[JobFolder: Listener?]>([:])

  var all: [JobFolder: Listener?] { jobs.withLock { $0 } }

  func insert(_ job: JobFolder, _ listener: Listener?) {
    jobs.withLock { _ = $0.updateValue(listener, forKey: job) }
  }

  func remove(_ job: JobFolder) { jobs.withLock { _ = $0.removeValue(forKey: job) } }
}
