/// One entry of a pool's `addresses`, as written and as MetalLB reads it (config.ParseCIDR,
/// unchanged from 0.12.1 to 0.16.1). One difference: a range from IPv4 to IPv6 is refused here,
/// while MetalLB takes it and finds no address in it.
package struct AddressRange: Hashable, Sendable {
  package let text: String
  package let interval: AddressInterval
  package let form: Form

  package enum Form: Hashable, Sendable {
    /// `address/length`. `width` is 32 or 128: what the length counts from.
    case block(prefixLength: Int, width: Int, hasHostBits: Bool)
    /// `first-last`.
    case span
  }

  /// Why an entry is no range of addresses, for people.
  package struct Refusal: Error, Hashable, Sendable {
    package var reason: String
    package var fix: String?
  }

  /// nil where MetalLB would not read it; `PoolEntry` says why.
  package init?(valid text: String) {
    let read = text.utf8.withContiguousStorageIfAvailable { Self.read($0) }
    guard let (interval, form) = read ?? Array(text.utf8).withUnsafeBufferPointer(Self.read)
    else { return nil }
    self.text = text
    self.interval = interval
    self.form = form
  }

  /// As it is shortest written.
  package init(_ interval: AddressInterval) {
    self.interval = interval
    let blocks = interval.blocks
    guard blocks.count == 1 else {
      text = "\(interval.first)-\(interval.last)"
      form = .span
      return
    }
    text = blocks[0].description
    form = .block(
      prefixLength: blocks[0].prefixLength, width: interval.family.width, hasHostBits: false)
  }

  private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> (AddressInterval, Form)? {
    guard let hyphen = bytes.firstIndex(of: UInt8(ascii: "-")) else {
      guard let cidr = WrittenCIDR(bytes: bytes) else { return nil }
      return (
        cidr.interval,
        .block(prefixLength: cidr.prefixLength, width: cidr.width, hasHostBits: cidr.hasHostBits)
      )
    }
    guard let first = end(UnsafeBufferPointer(rebasing: bytes[..<hyphen])),
      let last = end(UnsafeBufferPointer(rebasing: bytes[(hyphen + 1)...])),
      first.family == last.family, first <= last
    else { return nil }
    return (
      AddressInterval(family: first.family, lower: first.value, upper: last.value), .span
    )
  }

  private static func end(_ bytes: UnsafeBufferPointer<UInt8>) -> IPAddress? {
    guard let first = bytes.first, let last = bytes.last else { return nil }
    // Only what begins or ends beside the printable ASCII signs can have blanks to trim.
    let isTrimmed = (0x21...0x7E).contains(first) && (0x21...0x7E).contains(last)
    if isTrimmed { return WrittenAddress(bytes: bytes)?.address }
    return IPAddress(parsing: trimmed(String(decoding: bytes, as: UTF8.self)[...]))
  }

  /// Both sides of the first hyphen, trimmed; nil where there is none.
  package static func halves(of text: String) -> (start: Substring, end: Substring)? {
    guard let hyphen = text.utf8.firstIndex(of: UInt8(ascii: "-")) else { return nil }
    return (trimmed(text[..<hyphen]), trimmed(text[text.utf8.index(after: hyphen)...]))
  }

  package var family: IPAddress.Family { interval.family }
  package var first: IPAddress { interval.first }
  package var last: IPAddress { interval.last }
  package var count: AddressCount { interval.count }

  package var hasHostBits: Bool {
    switch form {
    case .block(_, _, let hasHostBits): hasHostBits
    case .span: false
    }
  }

  /// White space as Go's `strings.TrimSpace` knows it.
  package static func trimmed(_ text: Substring) -> Substring {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return text[first..<scalars.index(after: last)]
  }
}
