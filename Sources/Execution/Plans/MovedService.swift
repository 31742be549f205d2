/// A Service that a plan moves, as it was when the plan was made.
package struct MovedService: Hashable, Sendable, Codable {
  /// "namespace/name".
  package var title: String
  /// The lease before the Service.
  package var words: String
  package var addresses: [String]

  package init(title: String, words: String, addresses: [String]) {
    self.title = title
    self.words = words
    self.addresses = addresses
  }
}
