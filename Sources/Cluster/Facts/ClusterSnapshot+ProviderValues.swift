extension ClusterSnapshot {
  /// What helm knows of the provider's values; nil where they are not known or no YAML.
  package var valuesOfProvider: ProviderValues? {
    providerValues.value.flatMap { try? ProviderValues(parsing: $0.reveal()) }
  }

  /// The provider's address on chain: `from` if it is an address, else what the running one says.
  package var ownAddressOfProvider: String? {
    [valuesOfProvider?.from, providerStatus.value?.address].lazy.compactMap(\.self)
      .first(where: ProviderAddress.isValid)
  }
}
