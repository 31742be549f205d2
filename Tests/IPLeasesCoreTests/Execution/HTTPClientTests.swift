import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Whatever a server sends is a whole answer or none.
struct HTTPClientTests {
  private let folder = TemporaryFolder()

  private func taken(_ text: String) async throws -> (status: Int, body: String) {
    let server = try SocketServer(in: folder.path) { _ in text }
    defer { withExtendedLifetime(server) {} }
    let body = Mutex<[UInt8]>([])
    let answer = try await HTTPClient(socket: server.path).get(
      "/x", accept: "*/*", until: .now + patience
    ) { bytes in
      body.withLock { $0 += bytes }
      return true
    }
    return (answer.status, String(decoding: body.withLock { $0 }, as: UTF8.self))
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5;a=b\r\nworld\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nhello world",
  ])
  func aWholeAnswerIsTaken(text: String) async throws {
    let taken = try await taken(text)
    #expect(taken.status == 200 && taken.body == "hello world")
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nwor",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n",
    "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 no OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 70_000),
  ])
  func whatIsCutOffOrNoHTTPIsNoAnswer(text: String) async throws {
    await #expect(throws: APIFailure.cut) { try await taken(text) }
  }

  @Test func whatCameTogetherIsHandedOnTogether() async throws {
    let chunks = (1...1_000).map { _ in "3\r\nab\n\r\n" }.joined()
    let server = try SocketServer(in: folder.path) { _ in
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n"
    }
    let pieces = Mutex<[Int]>([])
    _ = try await HTTPClient(socket: server.path).get(
      "/x", accept: "*/*", until: .now + patience
    ) { bytes in
      pieces.withLock { $0.append(bytes.count) }
      return true
    }
    let counts = pieces.withLock(\.self)
    #expect(counts.reduce(0, +) == 3_000 && counts.count < 100, "\(counts)")
  }

  @Test func whatCameBeforeACutIsHandedOn() async throws {
    let server = try SocketServer(in: folder.path) { _ in
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nwor"
    }
    let body = Mutex<[UInt8]>([])
    await #expect(throws: APIFailure.cut) {
      try await HTTPClient(socket: server.path).get("/x", accept: "*/*", until: nil) { bytes in
        body.withLock { $0 += bytes }
        return true
      }
    }
    #expect(String(decoding: body.withLock(\.self), as: UTF8.self) == "hello wor")
  }

  @Test func whereNobodyListensThereIsNoAnswer() async throws {
    await #expect(throws: APIFailure.cut) {
      try await HTTPClient(socket: folder.file("none")).get(
        "/x", accept: "*/*", until: nil
      ) { _ in true }
    }
  }

  @Test(arguments: ["/x HTTP/1.1\r\nA: b\r\n\r\nGET /", "/a b", "/é", "/\u{7f}"])
  func whatIsNoPathIsNotAskedFor(path: String) async throws {
    let server = try SocketServer(in: folder.path) { _ in "" }
    await #expect(throws: APIFailure.cut) {
      try await HTTPClient(socket: server.path).get(path, accept: "*/*", until: nil) { _ in true }
    }
    #expect(server.targets.isEmpty)
  }

  @Test func anAnswerThatIsNotWantedAnyMoreIsEnded() async throws {
    let server = try SocketServer(in: folder.path) { _ in
      SocketServer.http(200, String(repeating: "x", count: 300_000))
    }
    let pieces = Mutex(0)
    let answer = try await HTTPClient(socket: server.path).get(
      "/x", accept: "*/*", until: .now + patience
    ) { _ in
      pieces.withLock { $0 += 1 }
      return false
    }
    #expect(answer.status == 200 && pieces.withLock { $0 } == 1)
  }

  @Test func silenceEndsAtItsLimitAndWithItsTask() async throws {
    let server = try SocketServer(in: folder.path) { _ in nil }
    let client = HTTPClient(socket: server.path)
    await #expect(throws: APIFailure.timedOut) {
      try await client.get("/x", accept: "*/*", until: .now + .milliseconds(50)) { _ in true }
    }
    let task = Task { try await client.get("/y", accept: "*/*", until: nil) { _ in true } }
    #expect(await eventually { server.targets.contains("/y") })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
