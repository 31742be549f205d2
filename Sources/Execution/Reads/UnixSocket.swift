import Foundation
import Synchronization

/// A connection to a socket of this machine, read on a thread of its own.
final class UnixSocket: Sendable {
  enum Failure: Error, Hashable {
    case timedOut
    /// By the kernel, with its errno.
    case refused(Int32)
  }

  private let descriptor: Mutex<Int32>

  /// Bytes of a path the kernel takes, without the ending zero (unix(7)).
  static let longestPath = 107

  /// - Throws: `Failure` if nobody listens there.
  init(path: String) throws(Failure) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .refused(errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isLong = withUnsafeMutableBytes(of: &address.sun_path) { room in
      let bytes = Array(path.utf8)
      if bytes.count > Self.longestPath { return true }
      room.copyBytes(from: bytes)
      return false
    }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        isLong ? -1 : connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let code = isLong ? ENAMETOOLONG : errno
      close(descriptor)
      throw .refused(code)
    }
    self.descriptor = Mutex(descriptor)
  }

  deinit { close(descriptor.withLock { $0 }) }

  /// Ends what the other thread waits for.
  func interrupt() { descriptor.withLock { _ = shutdown($0, Int32(SHUT_RDWR)) } }

  /// - Note: short requests only: what the kernel's buffer does not hold would block.
  func send(_ text: String) throws(Failure) {
    var bytes = Array(text.utf8)[...]
    let descriptor = descriptor.withLock { $0 }
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if sent < 0 {
        if errno == EINTR { continue }
        throw .refused(errno)
      }
      bytes = bytes.dropFirst(sent)
    }
  }

  /// - Returns: how many bytes came; 0 at the end.
  func receive(
    into buffer: UnsafeMutableRawBufferPointer, until deadline: ContinuousClock.Instant
  ) throws(Failure) -> Int {
    let descriptor = descriptor.withLock { $0 }
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .timedOut }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let milliseconds = left / .milliseconds(1)
      let ready = poll(&entry, 1, Int32(min(milliseconds.rounded(.up), 60_000)))
      if ready == 0 { continue }
      let count = ready < 0 ? -1 : recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno != EINTR { throw .refused(errno) }
    }
  }
}
