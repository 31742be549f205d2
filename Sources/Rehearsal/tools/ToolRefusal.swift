/// A tool's refusal: its words on standard error and its exit code.
struct ToolRefusal: Error, Hashable, Sendable {
  /// The API server's reason ("NotFound"); nil where the tool itself refuses.
  var reason: String?
  var message: String
  /// Printed as it stands, without "error:" in front.
  var isBare = false
  var delay = 0.0

  static func server(_ reason: String, _ message: String) -> ToolRefusal {
    ToolRefusal(reason: reason, message: message)
  }

  static func tool(_ message: String) -> ToolRefusal { ToolRefusal(message: message) }

  static func bare(_ message: String, delay: Double = 0) -> ToolRefusal {
    ToolRefusal(message: message, isBare: true, delay: delay)
  }

  var text: String {
    if isBare { return message + "\n" }
    if let reason { return "Error from server (\(reason)): \(message)\n" }
    return "error: \(message)\n"
  }

  func about(_ what: String) -> ToolRefusal {
    var failure = self
    failure.message = "\(what): \(message)"
    return failure
  }
}
