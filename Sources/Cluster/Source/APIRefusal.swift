import Execution
import Foundation

/// Why the API server refuses, worded as kubectl does.
extension APIAnswer {
  private struct Status: Decodable {
    var kind: String
    var message: String?
    var reason: String?
  }

  /// nil where it is not the API server's own refusal.
  var refusal: String? {
    guard let status = ownStatus, let message = status.message else { return nil }
    // kubectl: pkg/cmd/util/helpers.go, StandardErrorMessage
    let reason = status.reason.flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
    return "Error from server\(reason): \(message)"
  }

  /// The server says that the object itself is not there.
  var isNotFound: Bool { status == 404 && ownStatus?.reason == "NotFound" }

  /// The same for any answer: what stands between may refuse too, in its own words.
  var words: String {
    if let refusal { return refusal }
    let text = String(decoding: body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty || text.hasPrefix("<") ? "error: HTTP \(status)" : text
  }

  private var ownStatus: Status? {
    (try? JSONDecoder().decode(Status.self, from: body)).flatMap { $0.kind == "Status" ? $0 : nil }
  }
}
