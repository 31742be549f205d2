import Basics

/// The provider's address on chain.
package enum ProviderAddress {
  package static let missing = UserMessage(
    "The provider's address was found neither in its values (from is a key name) nor at the "
      + "running provider or operator.",
    advice: "Give it: --provider-address akash1…")

  /// What was given; else `from` if it is an address; else what runs shows.
  package static func find(_ snapshot: ClusterSnapshot, _ settings: ConsoleSettings) -> String? {
    let candidates = [
      settings.providerAddress, snapshot.ownAddressOfProvider,
      snapshot.ipOperator?.providerAddress,
    ]
    return candidates.lazy.compactMap(\.self).first(where: isValid)
  }

  static func isValid(_ text: String) -> Bool { (try? AkashAddress(parsing: text)) != nil }
}
