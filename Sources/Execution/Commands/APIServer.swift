import Foundation

/// The API server as it is asked without a tool between: GET only.
package protocol APIServer: Sendable {
  /// - Parameters:
  ///   - target: path and query, in visible ASCII.
  ///   - limit: bytes of an answer that are taken; nil: what any answer may have.
  /// - Throws: `APIFailure`, or `CancellationError`.
  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer

  /// An answer that goes on: each piece of its body as it comes, until the server ends it.
  ///
  /// - Returns: the answer without its body, or with it where it was refused.
  /// - Throws: `APIFailure` where the connection was cut, or `CancellationError`.
  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer

  /// False once it will not answer any more: another one must be lent.
  var isOpen: Bool { get async }
}

package struct APIAnswer: Hashable, Sendable {
  /// HTTP's.
  package var status: Int
  package var body: Data
  /// More came than is taken; the body is its beginning.
  package var isTooLarge: Bool

  package init(status: Int, body: Data, isTooLarge: Bool = false) {
    self.status = status
    self.body = body
    self.isTooLarge = isTooLarge
  }

  package static let json = "application/json, */*"
}

package enum APIFailure: Error, Hashable {
  case timedOut
  /// There is no whole answer: nobody listens, the connection was cut, or what came is no HTTP.
  case cut
}

/// What the API server is lent for.
package enum APIUse: Hashable, Sendable {
  /// The reads of one moment.
  case reading
  /// Lists, and watches for as long as somebody looks.
  case following
}

/// The API server, lent for a while.
package struct APIAccess: Sendable {
  package var server: any APIServer
  /// Helm keeps its releases in Secrets of the cluster that this server is of.
  package var keepsReleases: Bool

  package init(server: any APIServer, keepsReleases: Bool) {
    self.server = server
    self.keepsReleases = keepsReleases
  }
}
