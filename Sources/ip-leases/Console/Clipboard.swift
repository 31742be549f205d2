import Foundation

/// The clipboard of the terminal, wherever the program runs (OSC 52).
enum Clipboard {
  /// More than this no terminal takes.
  private static let limit = 74_000
  /// screen(1) drops longer strings.
  private static let pieceLength = 700

  /// tmux takes the sequence as it is. GNU screen hands on only what is wrapped for it, in pieces.
  /// A TERM of screen without TMUX may be either, over ssh: each leaves the other's form alone.
  static func sequence(for text: String, _ environment: [String: String]) -> String {
    let encoded = Data(text.utf8.prefix(limit)).base64EncodedString()
    let plain = "\u{1B}]52;c;\(encoded)\u{07}"
    let isScreen = environment["TERM"]?.hasPrefix("screen") ?? false
    guard isScreen, environment["TMUX"] == nil else { return plain }
    return plain + wrapped(plain)
  }

  private static func wrapped(_ sequence: String) -> String {
    var rest = Array(sequence)[...]
    var text = ""
    while !rest.isEmpty {
      text += "\u{1B}P" + String(rest.prefix(pieceLength)) + "\u{1B}\\"
      rest = rest.dropFirst(pieceLength)
    }
    return text
  }
}
