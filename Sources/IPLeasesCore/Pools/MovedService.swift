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

  package init(_ holder: AddressHolder) {
    self.init(
      title: holder.title, words: holder.words,
      addresses: holder.addresses.map(\.description))
  }

  /// True where MetalLB has not come to it yet: it gives the new addresses one by one.
  package func isUnderWay(_ holders: [AddressHolder]) -> Bool {
    guard let now = holders.first(where: { $0.title == title })?.addresses else { return false }
    return now.isEmpty || now.map(\.description) == addresses
  }

  /// Where each has gone, a line each: "lease ..., Service a/b: 192.0.2.1 -> 192.0.2.9".
  package static func lines(_ moved: [MovedService], now holders: [AddressHolder]) -> [String] {
    let found = Dictionary(holders.map { ($0.title, $0) }, uniquingKeysWith: { first, _ in first })
    let lines = moved.prefix(limit).map { service in
      let old = service.addresses.joined(separator: ", ")
      return "\(service.words): \(old) \(end(of: service, found[service.title]))"
    }
    return lines + (moved.count > limit ? ["and \(moved.count - limit) more"] : [])
  }

  private static let limit = 10

  private static func end(of service: MovedService, _ holder: AddressHolder?) -> String {
    guard let holder else { return "-> the Service is gone" }
    let addresses = holder.addresses.map(\.description)
    if addresses.isEmpty { return "-> without an address" }
    return addresses == service.addresses ? "still" : "-> " + addresses.joined(separator: ", ")
  }
}
