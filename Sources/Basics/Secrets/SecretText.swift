/// Text that holds secrets. Printing, describing, interpolating or encoding it gives a mark, so it
/// cannot leak by accident; only `reveal()` gives the text.
package struct SecretText: Hashable, Sendable, Codable, CustomStringConvertible,
  CustomDebugStringConvertible, CustomReflectable
{
  private let text: String

  package init(_ text: String) { self.text = text }

  package func reveal() -> String { text }

  package var description: String { "(hidden)" }
  package var debugDescription: String { "(hidden)" }
  package var customMirror: Mirror { Mirror(self, children: []) }

  package init(from decoder: any Decoder) throws { text = "" }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("(hidden)")
  }
}
