import Basics
import Foundation
import Synchronization
import SystemPackage

/// Who changes a cluster now.
package struct LockHolder: Hashable, Sendable, Codable {
  package var process: Int32
  package var user: String
  package var host: String
  package var since: Date
  /// What it does: "apply", "metallb: Install MetalLB", or the command of a change left to finish.
  package var doing: String
  /// True for a change whose console is gone and which goes on by itself.
  package var isOrphan: Bool
  /// When it is ended at the latest; nil where that is not known.
  package var until: Date?

  package init(
    process: Int32 = getpid(), since: Date = Date(), doing: String, isOrphan: Bool = false
  ) {
    self.process = process
    user = NSUserName()
    host = ProcessInfo.processInfo.hostName
    self.since = since
    self.doing = doing
    self.isOrphan = isOrphan
  }

  /// One sentence for people; the time is UTC.
  package var text: String {
    let time = since.formatted(.iso8601)
    // A change that goes on alone has many processes, and none that a person would look for.
    let place = isOrphan ? "" : ", process \(process)"
    let end = until.map { ", until \($0.formatted(.iso8601)) at the latest" } ?? ""
    let who = SafeText.line("\(user)@\(host)\(place), since \(time)\(end): \(doing)")
    return isOrphan
      ? "a change of an earlier console still runs (\(who))"
      : "another console or command is changing it (\(who))"
  }
}

/// The right to change one cluster from this state folder. The kernel takes it back when the
/// process ends, however it ends; a change that outlives its console keeps others out by itself.
package final class Lock: Sendable {
  private let folder: StateFolder
  /// nil once released.
  private let descriptor: Mutex<FileDescriptor?>

  /// False once its file was removed or moved: then it keeps nobody out any more.
  var isInForce: Bool {
    descriptor.withLock { descriptor in
      guard let own = try? descriptor?.stat(),
        let there = try? Stat(folder.lock, followTargetSymlink: false)
      else { return false }
      return own.inode == there.inode && own.deviceID == there.deviceID
    }
  }

  private init(folder: StateFolder, descriptor: FileDescriptor) {
    self.folder = folder
    self.descriptor = Mutex(descriptor)
  }

  deinit { release() }

  /// - Throws: `UserMessage` naming the holder.
  package static func acquire(
    in folder: StateFolder, doing: String
  ) throws(UserMessage) -> Lock {
    let lock = try take(in: folder, doing: doing)
    if let orphan = JobFolder.running(in: folder).first {
      lock.release()
      throw refusal(by: orphan.holder)
    }
    return lock
  }

  /// Waits for a change whose console is gone to end, instead of refusing. A live holder is refused
  /// at once.
  ///
  /// - Parameter onWait: gets who is waited for, and how long at most, before the wait begins.
  package static func acquire(
    in folder: StateFolder, doing: String, waitingForOrphan patience: Duration,
    onWait: @Sendable (LockHolder, Duration) -> Void = { _, _ in }
  ) async throws -> Lock {
    let lock = try take(in: folder, doing: doing)
    let deadline = ContinuousClock.now + patience
    var isTold = false
    while let orphan = JobFolder.running(in: folder).first {
      if !isTold { onWait(orphan.holder, patience) }
      isTold = true
      guard ContinuousClock.now < deadline else {
        lock.release()
        throw refusal(by: orphan.holder)
      }
      lock.note("\(doing), waiting for an earlier change to end")
      do { try await Task.sleep(for: .milliseconds(50)) } catch {
        lock.release()
        throw error
      }
    }
    lock.note(doing)
    return lock
  }

  /// Who holds it now; nil if nobody does. Needs no lock and leaves no trace.
  package static func holder(in folder: StateFolder) -> LockHolder? {
    if let file = try? OpenFile(folder.lock, .readOnly, .nonBlocking) {
      do throws(Errno) {
        try file.lock(LOCK_SH | LOCK_NB)
        try file.lock(LOCK_UN)
      } catch {
        if error == .wouldBlock { return read(file) }
      }
    }
    return JobFolder.running(in: folder).first?.holder
  }

  /// Who changes the cluster at this moment; nil where nobody does but this process, which knows.
  package static func change(in folder: StateFolder) -> LockHolder? {
    guard let holder = holder(in: folder) else { return nil }
    return holder.isOrphan || holder.process != getpid() ? holder : nil
  }

  /// Says what the holder does from now on.
  package func note(_ doing: String) {
    descriptor.withLock { descriptor in
      guard let descriptor else { return }
      let encoder = JSONEncoder()
      encoder.dateEncodingStrategy = .iso8601
      let holder = LockHolder(doing: doing)
      guard let bytes = try? encoder.encode(holder) + Data("\n".utf8) else { return }
      // Written before the cut, so that a reader never finds the file empty.
      _ = try? descriptor.writeAll(toAbsoluteOffset: 0, bytes)
      try? descriptor.resize(to: Int64(bytes.count))
    }
  }

  package func release() {
    descriptor.withLock { descriptor in
      guard let open = descriptor else { return }
      // Not only closed: a process that is being started just now has it open until it runs.
      flock(open.rawValue, LOCK_UN)
      try? open.close()
      descriptor = nil
    }
  }

  /// The lock itself, without a look at changes that outlived their console.
  static func take(in folder: StateFolder, doing: String) throws(UserMessage) -> Lock {
    try folder.refuseIfOthersMayWrite()
    try folder.create()
    let lock: Lock
    do throws(Errno) {
      let file = try OpenFile(folder.lock, .readWrite, [.create, .noFollow])
      guard try isFree(file) else { throw .wouldBlock }
      lock = Lock(folder: folder, descriptor: file.take())
    } catch {
      if error == .wouldBlock, let holder = holder(in: folder) { throw refusal(by: holder) }
      throw FileFailure.message("could not take the lock \(folder.lock)", error)
    }
    try lock.refuseOutOfForce()
    lock.note(doing)
    return lock
  }

  /// - Throws: where somebody moved or removed its file since it was opened.
  func refuseOutOfForce() throws(UserMessage) {
    guard !isInForce else { return }
    throw UserMessage(
      "The lock \(folder.lock) was removed or moved.",
      reason: "somebody else may change this cluster now",
      advice: "See who does: \(own: "activity"); then call again.")
  }

  /// Takes the lock. `holder` tries it for a moment, and that must not look like a second writer.
  private static func isFree(_ file: borrowing OpenFile) throws(Errno) -> Bool {
    for _ in 1...20 {
      do throws(Errno) {
        try file.lock(LOCK_EX | LOCK_NB)
        return true
      } catch {
        guard error == .wouldBlock else { throw error }
        usleep(1_000)
      }
    }
    return false
  }

  private static func read(_ file: borrowing OpenFile) -> LockHolder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    let bytes = (try? file.read(at: 0, count: 1 << 16)) ?? Data()
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    if let holder = try? decoder.decode(LockHolder.self, from: line) { return holder }
    var unknown = LockHolder(process: 0, doing: "it has not said what it does")
    unknown.user = "someone"
    return unknown
  }

  private static func refusal(by holder: LockHolder) -> UserMessage {
    UserMessage(
      "this cluster is being changed by someone else", reason: holder.text,
      advice: holder.isOrphan
        ? "wait until it ends; \(own: "activity") shows it"
        : "wait until it ends; \(own: "status") tells whether it still goes on")
  }
}
