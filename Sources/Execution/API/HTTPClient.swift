import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// GET over HTTP/1.1 on a socket of this machine, one connection for each request.
struct HTTPClient: Sendable {
  let socket: String

  /// Bytes that are kept of an answer that is an error.
  static let errorLimit = 64 << 10

  /// - Parameters:
  ///   - deadline: nil: it goes on until the server ends it.
  ///   - onBody: gets what a successful answer holds; false ends it.
  /// - Returns: HTTP's status, and the body of an answer that is an error.
  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant?,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) async throws -> APIAnswer {
    // What came from the cluster stands in some of them.
    guard target.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else { throw APIFailure.cut }
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let answer = loop.makePromise(of: APIAnswer.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer, onBody))
          }
        }
        .connect(unixDomainSocketPath: socket).get()
    } catch {
      answer.fail(APIFailure.cut)
      return try await answer.futureResult.get()
    }
    let head = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: target,
      headers: ["Host": "localhost", "Accept": accept, "Connection": "close"])
    let clock = deadline.map { deadline in
      let left = max(.zero, ContinuousClock.now.duration(to: deadline))
      return loop.scheduleTask(in: TimeAmount(left)) { answer.fail(APIFailure.timedOut) }
    }
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    let result = await withTaskCancellationHandler {
      await answer.futureResult.result()
    } onCancel: {
      answer.fail(CancellationError())
    }
    clock?.cancel()
    // Nothing is handed on any more once this returns.
    try? await channel.close(mode: .all)
    return try result.get()
  }
}

extension EventLoopFuture where Value: Sendable {
  fileprivate func result() async -> Result<Value, any Error> {
    do { return .success(try await get()) } catch { return .failure(error) }
  }
}

/// Hands on what comes and tells the end. Lives on its connection's event loop.
///
/// A server that writes line by line sends each as a piece of its own: those that came together are
/// handed on together.
private final class AnswerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let answer: EventLoopPromise<APIAnswer>
  private let onBody: @Sendable (UnsafeRawBufferPointer) -> Bool
  private var status = 0
  private var refusal = Data()
  private var pending = ByteBuffer()
  private var isOver = false

  /// Bytes that are gathered at most.
  private static let mostPending = 64 << 10

  init(
    _ answer: EventLoopPromise<APIAnswer>,
    _ onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) {
    self.answer = answer
    self.onBody = onBody
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .body(var bytes):
      if status != 200 {
        let room = HTTPClient.errorLimit - refusal.count
        refusal.append(contentsOf: bytes.readableBytesView.prefix(room))
      } else if pending.readableBytes == 0 {
        pending = bytes
      } else {
        pending.writeBuffer(&bytes)
      }
      if pending.readableBytes >= Self.mostPending { handOn(context) }
    case .end:
      handOn(context)
      succeed()
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    handOn(context)
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    handOn(context)
    answer.fail(APIFailure.cut)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    handOn(context)
    answer.fail(APIFailure.cut)
  }

  private func handOn(_ context: ChannelHandlerContext) {
    guard pending.readableBytes > 0, !isOver else { return }
    let bytes = pending
    pending = ByteBuffer()
    guard !bytes.withUnsafeReadableBytes(onBody) else { return }
    isOver = true
    succeed()
    context.close(promise: nil)
  }

  private func succeed() { answer.succeed(APIAnswer(status: status, body: refusal)) }
}
