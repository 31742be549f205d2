import Foundation

/// What may stand in a path or a query of the API server.
enum URLWords {
  static func encoded(_ text: String) -> String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }

  /// It becomes part of a path.
  static func isName(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    } && !text.isEmpty && text != "." && text != ".."
  }

  /// Where the API server has a pod; nil where a name cannot be part of a path.
  static func path(ofPod pod: String, in namespace: String) -> String? {
    guard isName(pod), isName(namespace) else { return nil }
    return "/api/v1/namespaces/\(namespace)/pods/\(pod)"
  }
}
