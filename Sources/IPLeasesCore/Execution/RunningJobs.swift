import Synchronization

/// The changes this process has started and that have not ended.
final class RunningJobs: Sendable {
  private let jobs = Mutex<Set<JobFolder>>([])

  var all: Set<JobFolder> { jobs.withLock { $0 } }

  func insert(_ job: JobFolder) { jobs.withLock { _ = $0.insert(job) } }

  func remove(_ job: JobFolder) { jobs.withLock { _ = $0.remove(job) } }
}
