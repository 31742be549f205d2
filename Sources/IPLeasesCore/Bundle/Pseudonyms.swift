import Addresses
import Basics

/// Other names for what tells who somebody is, the same wherever it stands.
package struct Pseudonyms: Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case domains, wallets, tenants, addresses
  }

  /// How many of each kind were replaced.
  package private(set) var counts: [Kind: Int] = [:]
  private let keeping: Set<Kind>
  private var names: [String: String]
  /// What names with a hyphen begin with.
  private var heads: Set<Substring> = []
  private var wallets: [String: String] = [:]
  private var domains: [String: String] = [:]
  private var labels: [String: String] = [:]
  private let addresses: AddressPseudonyms

  /// - Parameters:
  ///   - texts: everything that will be told.
  ///   - tenants: their names, each with what it is to be called.
  ///   - others: further names that are told by others.
  package init(
    texts: [String], tenants: [String: String], others: [String: String] = [:],
    keeping: Set<Kind> = []
  ) throws(UserMessage) {
    self.keeping = keeping
    names = keeping.contains(.tenants) ? others : others.merging(tenants) { $1 }
    heads = Set(names.keys.compactMap { $0.split(separator: "-").first })
    var met = Met()
    for text in texts {
      NameScan.scan(text) { found in
        met.take(found)
        return nil
      }
    }
    addresses = try AddressPseudonyms(met.intervals)
    for (index, wallet) in met.wallets.sorted().enumerated() {
      wallets[wallet] = Self.wallet(like: wallet, number: index + 1)
    }
    for (index, domain) in Set(met.hosts.map { HostName.domain(of: $0) }).sorted().enumerated() {
      domains[domain] = "domain\(index + 1).example"
    }
    let own = met.hosts.flatMap { HostName.ownLabels(of: $0) }
    for (index, label) in Set(own).sorted().enumerated() {
      labels[label] = names[label] ?? "h\(index + 1)"
    }
    counts = [
      .domains: domains.count, .wallets: wallets.count, .tenants: tenants.count,
      .addresses: met.addresses.count,
    ]
  }

  private struct Met {
    var wallets: Set<String> = []
    var hosts: Set<String> = []
    var addresses: Set<IPAddress> = []
    var intervals: Set<AddressInterval> = []

    mutating func take(_ found: NameScan.Found) {
      switch found {
      case .wallet(let text): wallets.insert(text)
      case .address(let address, let interval):
        guard AddressPseudonyms.isPublic(AddressInterval(address)) else { return }
        addresses.insert(address)
        intervals.insert(AddressInterval(address))
        if let interval { intervals.insert(interval) }
      case .name(let text):
        if let host = HostName.host(text) { hosts.insert(host) }
      }
    }
  }

  package func replacing(in text: String) -> String {
    NameScan.scan(text) { found in
      switch found {
      case .wallet(let text): keeping.contains(.wallets) ? nil : wallets[text]
      case .address(let address, _): keeping.contains(.addresses) ? nil : renamed(address)
      case .name(let text): renamed(text)
      }
    }
  }

  private func renamed(_ address: IPAddress) -> String? {
    guard AddressPseudonyms.isPublic(AddressInterval(address)) else { return nil }
    return addresses(address)?.description ?? "(address)"
  }

  private func renamed(_ text: String) -> String? {
    if let name = names[text] { return name }
    if !keeping.contains(.domains), let host = HostName.host(text) { return renamed(host: host) }
    var isChanged = false
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { part in
      guard let name = renamed(part: part) else { return String(part) }
      isChanged = true
      return name
    }
    return isChanged ? parts.joined(separator: ".") : nil
  }

  private func renamed(host: String) -> String {
    let domain = HostName.domain(of: host)
    let left = host.dropLast(domain.count).split(separator: ".").map { label in
      labels[String(label)] ?? renamed(part: label) ?? String(label)
    }
    return (left + [domains[domain] ?? "domain.example"]).joined(separator: ".")
  }

  /// A name, or one among others with hyphens between.
  private func renamed(part: Substring) -> String? {
    if let name = names[String(part)] { return name }
    guard part.contains("-") else { return nil }
    if let address = dashed(part) { return address }
    let words = part.split(separator: "-", omittingEmptySubsequences: false)
    guard words.count <= 24 else { return nil }
    var result: [String] = []
    var index = 0
    var isChanged = false
    outer: while index < words.count {
      if heads.contains(words[index]) {
        for end in stride(from: words.count, to: index, by: -1) {
          guard let name = names[words[index..<end].joined(separator: "-")] else { continue }
          result.append(name)
          index = end
          isChanged = true
          continue outer
        }
      }
      result.append(String(words[index]))
      index += 1
    }
    return isChanged ? result.joined(separator: "-") : nil
  }

  /// `ip-203-0-113-5`, as clouds name their machines.
  private func dashed(_ part: Substring) -> String? {
    let words = part.split(separator: "-")
    guard words.count >= 4, !keeping.contains(.addresses) else { return nil }
    for start in 0...(words.count - 4) {
      let four = words[start..<(start + 4)]
      guard let address = IPAddress(parsing: four.joined(separator: ".")),
        let other = renamed(address)
      else { continue }
      let parts =
        words[..<start].map(String.init) + other.split(separator: ".").map(String.init)
        + words[(start + 4)...].map(String.init)
      return parts.joined(separator: "-")
    }
    return nil
  }

  /// One of the same length whose checksum is right.
  private static func wallet(like text: String, number: Int) -> String {
    let known = try? Bech32(parsing: text)
    var bytes = [UInt8](repeating: 0, count: known?.bytes.count ?? 20)
    var rest = number
    for index in bytes.indices.reversed() {
      bytes[index] = UInt8(rest & 0xFF)
      rest >>= 8
    }
    let prefix = known?.prefix ?? String(text.prefix { $0 != "1" })
    return Bech32(prefix: prefix, bytes: bytes).text
  }
}
