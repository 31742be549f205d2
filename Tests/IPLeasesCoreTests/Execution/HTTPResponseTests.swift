import Testing

@testable import Execution
@testable import IPLeasesCore

struct HTTPResponseTests {
  private struct Taken: Equatable {
    var status: Int?
    var body = ""
    var isComplete = false
  }

  /// - Parameter piece: bytes that come at once.
  private func taken(_ text: String, piece: Int) throws -> Taken {
    var response = HTTPResponse()
    var body: [UInt8] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      try bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes {
        try response.take($0) { _, part in body += part }
      }
    }
    response.end()
    return Taken(
      status: response.status, body: String(decoding: body, as: UTF8.self),
      isComplete: response.isComplete)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5;a=b\r\nworld\r\n0\r\nA: b\r\n\r\n",
    "HTTP/1.0 200 OK\n\nhello world",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:11\r\n\r\nhello world",
  ])
  func anAnswerIsTheSameHoweverItIsCutIntoPieces(text: String) throws {
    for piece in [1, 2, 3, 7, 64, 4096] {
      let expected = Taken(status: 200, body: "hello world", isComplete: true)
      #expect(try taken(text, piece: piece) == expected, "\(piece)")
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nwor",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n",
    "HTTP/1.1 200 OK\r\nContent-Le",
  ])
  func anAnswerThatIsCutOffIsNotWhole(text: String) throws {
    #expect(!(try taken(text, piece: 5)).isComplete)
  }

  @Test(arguments: [
    "SSH-2.0-x\r\n\r\n", "HTTP/1.1 no OK\r\n\r\n", "\r\n\r\n",
    "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
  ])
  func whatIsNoHTTPIsNoAnswer(text: String) {
    #expect(throws: HTTPResponse.Malformed.self) { try taken(text, piece: 4096) }
  }

  @Test(arguments: ["x", "A: b\r\n"])
  func aHeadWithoutEndIsNotKept(line: String) {
    let text = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 70_000 / line.utf8.count)
    #expect(throws: HTTPResponse.Malformed.self) { try taken(text, piece: 4096) }
  }
}
