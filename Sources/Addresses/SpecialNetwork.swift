/// Networks whose addresses nobody can lease to the public.
package struct SpecialNetwork: Hashable, Sendable {
  let networks: [CIDR]
  package let name: String
  package let why: String
  /// Fine for Services that only the own network reaches.
  package let isUsedInside: Bool

  /// The documentation networks of RFC 5737 are left out on purpose: examples and rehearsals live
  /// in them.
  package static let all: [SpecialNetwork] = [
    SpecialNetwork(
      ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"], "private",
      "tenants lease addresses to be reached from the Internet, and these are not routed there",
      isUsedInside: true),
    SpecialNetwork(
      ["100.64.0.0/10"], "carrier-grade NAT (100.64.0.0/10)",
      "they are not routed on the Internet, so a lease could not be reached", isUsedInside: true),
    SpecialNetwork(
      ["127.0.0.0/8", "::1/128"], "loopback",
      "every machine keeps them for itself; no lease could be reached"),
    SpecialNetwork(
      ["169.254.0.0/16", "fe80::/10"], "link-local",
      "they are valid on one wire only; no lease could be reached"),
    SpecialNetwork(
      ["224.0.0.0/4", "ff00::/8"], "multicast", "no single machine can answer for them"),
    SpecialNetwork(
      ["0.0.0.0/8", "::/128"], "\"this network\" (0.0.0.0/8)",
      "they are no addresses of machines; routers drop them"),
    SpecialNetwork(
      ["240.0.0.0/4"], "reserved (240.0.0.0/4)", "most systems and routers drop them"),
  ]

  private init(_ networks: [String], _ name: String, _ why: String, isUsedInside: Bool = false) {
    self.networks = networks.compactMap { CIDR(parsing: $0) }
    self.name = name
    self.why = why
    self.isUsedInside = isUsedInside
  }

  package func overlaps(_ interval: AddressInterval) -> Bool {
    networks.contains { $0.interval.overlaps(interval) }
  }
}
