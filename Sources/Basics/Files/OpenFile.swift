import Foundation
import SystemPackage

/// An open file descriptor that is closed when the value goes away, and never inherited by a
/// program we start.
package struct OpenFile: ~Copyable {
  package let descriptor: FileDescriptor

  /// A file that is made gets mode 0600.
  package init(
    _ path: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions = []
  ) throws(Errno) {
    descriptor = try Errno.typed {
      try FileDescriptor.open(
        FilePath(path), mode, options: options.union(.closeOnExec), permissions: .ownerReadWrite)
    }
  }

  deinit { try? descriptor.close() }

  /// Gives the descriptor away: the caller closes it.
  package consuming func take() -> FileDescriptor {
    let taken = descriptor
    discard self
    return taken
  }

  package var status: Stat {
    get throws(Errno) { try descriptor.stat() }
  }

  package var isRegular: Bool { (try? status.type) == .regular }

  /// Writes all bytes from the descriptor's position on.
  package func write(_ bytes: some Sequence<UInt8>) throws(Errno) {
    _ = try Errno.typed { try descriptor.writeAll(bytes) }
  }

  /// Reads up to `count` bytes from `offset` on; fewer only at the end of the file.
  package func read(at offset: Int, count: Int) throws(Errno) -> Data {
    var result = Data()
    var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
    while result.count < count {
      let wanted = min(buffer.count, count - result.count)
      let position = Int64(offset + result.count)
      let got = try Errno.typed {
        try buffer.withUnsafeMutableBytes { bytes in
          try descriptor.read(
            fromAbsoluteOffset: position,
            into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]))
        }
      }
      if got == 0 { break }
      result.append(contentsOf: buffer[..<got])
    }
    return result
  }

  package func sync() throws(Errno) { _ = try Errno.check { fsync(descriptor.rawValue) } }

  /// flock(2). `LOCK_NB` in `operation` makes a lock held by another a `wouldBlock`.
  package func lock(_ operation: Int32) throws(Errno) {
    _ = try Errno.check { flock(descriptor.rawValue, operation) }
  }

  /// The exclusive lock, once whoever has it gives it back: that takes moments, unless it hangs.
  ///
  /// - Throws: `wouldBlock` after two seconds.
  package func lockSoon() throws(Errno) {
    let end = ContinuousClock.now + .seconds(2)
    while true {
      do throws(Errno) { return try lock(LOCK_EX | LOCK_NB) } catch {
        guard error == .wouldBlock, ContinuousClock.now < end else { throw error }
        usleep(2_000)
      }
    }
  }
}

extension Errno {
  /// Calls the system, and again when a signal came between.
  @discardableResult
  package static func check(_ call: () -> Int32) throws(Errno) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      let error = Errno(rawValue: errno)
      if error != .interrupted { throw error }
    }
  }

  /// What swift-system throws is one of these, though not all of it says so.
  package static func typed<Value>(_ body: () throws -> Value) throws(Errno) -> Value {
    do { return try body() } catch let error as Errno { throw error } catch { throw .ioError }
  }
}
