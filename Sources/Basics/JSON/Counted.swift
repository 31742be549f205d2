/// A count that is kept in a file: whatever stands there, it can be added to and taken from.
@propertyWrapper
package struct Counted: Hashable, Sendable, Codable {
  package var wrappedValue: Int

  private static let most = 1 << 40

  package init(wrappedValue: Int) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let number = try decoder.singleValueContainer().decode(Int.self)
    wrappedValue = min(max(number, 0), Self.most)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}
