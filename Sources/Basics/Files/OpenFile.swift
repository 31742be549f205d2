import Foundation

/// An open file descriptor that is closed when the value goes away, and never inherited by a
/// program we start.
package struct OpenFile: ~Copyable {
  package let descriptor: Int32

  /// - Throws: `SystemError` with the errno of open(2).
  package init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) {
    descriptor = try SystemError.check { open(path, flags | O_CLOEXEC, mode) }
  }

  deinit { close(descriptor) }

  /// Gives the descriptor away: the caller closes it.
  package consuming func take() -> Int32 {
    let taken = descriptor
    discard self
    return taken
  }

  package var status: stat {
    get throws(SystemError) {
      var status = stat()
      _ = try SystemError.check { fstat(descriptor, &status) }
      return status
    }
  }

  package var isRegular: Bool { (try? status).map { $0.st_mode & S_IFMT == S_IFREG } ?? false }

  /// Writes all bytes from the descriptor's position on.
  package func write(_ bytes: Data) throws(SystemError) {
    var offset = bytes.startIndex
    while offset < bytes.endIndex {
      let rest = bytes[offset...]
      let count = try SystemError.check {
        rest.withUnsafeBytes {
          Int32(Glibc.write(descriptor, $0.baseAddress, min($0.count, 1 << 30)))
        }
      }
      offset += Int(count)
    }
  }

  /// Reads up to `count` bytes from `offset` on; fewer only at the end of the file.
  package func read(at offset: Int, count: Int) throws(SystemError) -> Data {
    var result = Data()
    var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
    while result.count < count {
      let wanted = min(buffer.count, count - result.count)
      let position = off_t(offset + result.count)
      let got = try SystemError.check { Int32(pread(descriptor, &buffer, wanted, position)) }
      if got == 0 { break }
      result.append(contentsOf: buffer[..<Int(got)])
    }
    return result
  }

  package func sync() throws(SystemError) { _ = try SystemError.check { fsync(descriptor) } }

  /// flock(2). `LOCK_NB` in `operation` makes a lock held by another an `EWOULDBLOCK`.
  package func lock(_ operation: Int32) throws(SystemError) {
    _ = try SystemError.check { flock(descriptor, operation) }
  }
}

/// The errno of a failed system call.
package struct SystemError: Error, Hashable {
  package var code: Int32

  package init(
    code: Int32
  ) {
    self.code = code
  }

  /// Calls again when a signal came between.
  package static func check(_ call: () -> Int32) throws(SystemError) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      let code = errno
      if code != EINTR { throw SystemError(code: code) }
    }
  }
}
