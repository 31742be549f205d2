import Foundation
import Synchronization

/// Answers HTTP on a socket of this machine with what is prepared for each target, one connection after
/// another, until it is gone.
final class SocketServer: Sendable {
  let path: String
  private let asked = Mutex<[String]>([])
  private let listener: Int32

  /// What was asked for, in its order.
  var targets: [String] { asked.withLock { $0 } }

  /// - Parameter answer: the bytes to send; nil never answers.
  init(in folder: String, answer: @escaping @Sendable (String) -> String?) throws {
    path = "\(folder)/server"
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0, listen(listener, 16) == 0 else { throw POSIXError(.EIO) }
    Thread { [weak self] in
      // Closed by nobody else: its number would be another's listener by the next look.
      defer { close(listener) }
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        guard let request = Self.request(on: connection) else {
          close(connection)
          continue
        }
        self?.asked.withLock { $0.append(request) }
        // Left open: nothing ever comes.
        guard let text = answer(request) else { continue }
        Self.send(text, on: connection)
        close(connection)
      }
    }.start()
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  private static func request(on connection: Int32) -> String? {
    var head: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      head += buffer[..<count]
    }
    let words = String(decoding: head, as: UTF8.self).split(separator: " ")
    return words.count > 1 && words[0] == "GET" ? String(words[1]) : nil
  }

  private static func send(_ text: String, on connection: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// A whole answer.
  static func http(_ status: Int, _ body: String) -> String {
    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}
