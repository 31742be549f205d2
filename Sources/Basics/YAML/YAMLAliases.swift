/// The anchors (`&name`) and aliases (`*name`) of a YAML text, found before it is composed: Yams hashes
/// the keys of a mapping while it composes, and a nest of aliases in a key makes that endless.
///
/// What stands in quotes or in a comment may look like one, and is found too.
package struct YAMLAliases {
  package struct Use: Hashable {
    /// Of the star, and of what follows the name.
    package var start: Int
    package var end: Int
    package var name: String
  }

  let anchors: Set<String>
  /// Those that lead to an anchor of the text.
  package let uses: [Use]

  package init(_ text: String) { self.init(Array(text.utf8)) }

  package init(_ bytes: [UInt8]) {
    let names = Set(Self.words(after: UInt8(ascii: "&"), in: bytes).map(\.name))
    anchors = names
    uses =
      names.isEmpty
      ? [] : Self.words(after: UInt8(ascii: "*"), in: bytes).filter { names.contains($0.name) }
  }

  /// The text with each alias made a plain word of its own, so that nothing is taken over by it.
  ///
  /// - Parameter token: begins these words and nothing else in the text.
  static func naming(in text: String) -> (text: String, token: String) {
    var token = "alias-"
    while text.contains(token) { token += "0-" }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    for use in YAMLAliases(bytes).uses {
      result += bytes[position..<use.start]
      result += Array(token.utf8)
      position = use.start + 1
    }
    result += bytes[position...]
    return (String(decoding: result, as: UTF8.self), token)
  }

  private static func words(after sign: UInt8, in bytes: [UInt8]) -> [Use] {
    bytes.indices.lazy.filter { bytes[$0] == sign && ($0 == 0 || mayStand(behind: bytes[$0 - 1])) }
      .compactMap { start in
        let word = bytes[(start + 1)...].prefix(while: isNameByte)
        return word.isEmpty
          ? nil : Use(start: start, end: word.endIndex, name: String(decoding: word, as: UTF8.self))
      }
  }

  /// Blanks, and what opens a value. Line ends of libyaml that are no ASCII count as well, as does
  /// every other such byte.
  private static func mayStand(behind byte: UInt8) -> Bool {
    byte >= 0x80 || byte <= 0x20 || "[{,:".utf8.contains(byte)
  }

  /// As libyaml reads the name of an anchor.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
