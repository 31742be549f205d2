import Foundation
import Glibc
import Synchronization

/// A way to a server of this machine on which everything takes its time. A connection itself is made
/// at once, which a real line would take a round trip for.
final class DelayedLine: Sendable {
  let port: UInt16
  private let listener: Int32

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameter delay: of each direction.
  init(to host: String, port target: UInt16, each delay: Duration) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var own = Self.address("127.0.0.1", 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isOpen else { throw Failed(description: "no port to listen on") }
    port = UInt16(bigEndian: own.sin_port)
    Thread.detachNewThread {
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var there = Self.address(host, target)
        let isConnected = withUnsafePointer(to: &there) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
          }
        }
        guard isConnected else {
          close(client)
          close(server)
          continue
        }
        Self.carry(from: client, to: server, delay)
        Self.carry(from: server, to: client, delay)
      }
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func address(_ host: String, _ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr(host)
    return address
  }

  /// What is read waits its time while more is read. An empty piece is the end.
  private static func carry(from source: Int32, to target: Int32, _ delay: Duration) {
    let (pieces, feed) = AsyncStream.makeStream(
      of: (due: ContinuousClock.Instant, bytes: [UInt8]).self)
    Thread.detachNewThread {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(source, &buffer, buffer.count)
        feed.yield((.now + delay, count > 0 ? Array(buffer[..<count]) : []))
        if count <= 0 { return feed.finish() }
      }
    }
    Task.detached {
      for await piece in pieces {
        try? await Task.sleep(until: piece.due)
        guard !piece.bytes.isEmpty else { break }
        var sent = 0
        while sent < piece.bytes.count {
          let count = piece.bytes[sent...].withUnsafeBytes {
            send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
          }
          guard count > 0 else { break }
          sent += count
        }
      }
      shutdown(target, Int32(SHUT_WR))
    }
  }
}
