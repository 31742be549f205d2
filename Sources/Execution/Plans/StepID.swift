/// The id of a step of the checklist, as it is typed. Each step says its own in its file.
package struct StepID: Hashable, Sendable, Encodable {
  package let rawValue: String

  package init(_ rawValue: String) { self.rawValue = rawValue }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
