import Basics

/// Says why an entry was refused and guesses what was meant.
package enum RangeHint {
  package static func refusal(of text: String) -> AddressRange.Refusal {
    guard let (start, end) = AddressRange.halves(of: text) else { return refusal(ofBlock: text) }
    return refusal(ofSpan: text, start: start, end: end)
  }

  private static func refusal(ofBlock text: String) -> AddressRange.Refusal {
    let shown = SafeText.line(text, limit: 80)
    if AddressRange.trimmed(text[...]).isEmpty {
      return AddressRange.Refusal(reason: "the entry is empty", fix: "remove it")
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let address = WrittenAddress(parsing: parts[0])
    let reason: String
    if text.contains(",") {
      reason = "one entry holds one range; lists with commas are not read"
    } else if text.unicodeScalars.contains(where: { dashes.contains($0) }) {
      reason = "the dash in it is not the hyphen of the keyboard"
    } else if text.contains("%") {
      reason = "addresses with a zone (the part after %) are not read"
    } else if AddressRange.trimmed(text[...]).utf8.count != text.utf8.count
      || text.unicodeScalars.contains(where: \.properties.isWhitespace)
    {
      reason = "blanks are not allowed around or inside address/length"
    } else if parts.count == 1, address != nil {
      reason = "a single address needs its prefix length"
    } else if parts.count == 2, let address {
      let isMask = IPAddress(parsing: parts[1]) != nil
      let isDotted = parts[1].hasSuffix(".") && Int(parts[1].dropLast()) != nil
      reason =
        isMask
        ? "a netmask is not read; write the prefix length"
        : isDotted
          ? "a full stop stands behind it" : "the prefix length must be 0 to \(address.width)"
    } else if parts.count == 2 {
      reason = "\"\(SafeText.line(parts[0], limit: 80))\" is not a complete IP address"
    } else {
      reason = "\"\(shown)\" is neither address/length nor first-last"
    }
    return AddressRange.Refusal(reason: reason, fix: suggestion(for: text))
  }

  private static func refusal(
    ofSpan text: String, start: Substring, end: Substring
  ) -> AddressRange.Refusal {
    let first = IPAddress(parsing: start)
    let last = IPAddress(parsing: end)
    guard let first, let last else {
      let side = first == nil ? "start" : "end"
      let half = first == nil ? start : end
      let reason =
        half.isEmpty
        ? "the \(side) address is missing"
        : "the \(side) \(SafeText.line(half, limit: 80)) is not a complete IP address"
      return AddressRange.Refusal(reason: reason, fix: suggestion(for: text))
    }
    if first.family != last.family {
      return AddressRange.Refusal(
        reason: "one end is IPv4 and the other IPv6: MetalLB would take it without a word and"
          + " have no address in it",
        fix: "write one range for each family")
    }
    return AddressRange.Refusal(
      reason: "the start \(first) is after the end \(last)",
      fix: suggestion(for: text))
  }

  private static let dashes: Set<Unicode.Scalar> = [
    "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}",
    "\u{FE58}", "\u{FE63}", "\u{FF0D}",
  ]

  /// "did you mean …?" with entries that would be read; nil where no guess is good.
  private static func suggestion(for text: String) -> String? {
    guard let entries = entries(meantBy: text) else { return nil }
    return "did you mean \(entries.joined(separator: " and "))?"
      + (entries.count > 1 ? " (one entry each)" : "")
  }

  /// The entries that were probably meant, all of them readable; nil where no guess is good.
  package static func entries(meantBy text: String) -> [String]? {
    guard text.utf8.count <= 200 else { return nil }
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
      plain.append(dashes.contains(scalar) ? "-" : scalar)
    }
    let guesses = String(plain).split(separator: ",").map { entry(meantBy: String($0)) }
    guard !guesses.isEmpty, guesses.count <= 8 else { return nil }
    let entries = guesses.compactMap(\.self)
    return entries.count == guesses.count ? entries : nil
  }

  private static func entry(meantBy text: String) -> String? {
    if isRange(text) { return text }
    if text.hasSuffix(".") { return entry(meantBy: String(text.dropLast())) }
    let halves = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    if halves.count == 1 { return block(meantBy: text) }
    guard halves.count == 2 else { return nil }
    let ends = halves.map { half in
      repaired(
        half.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? "")
    }
    guard let first = IPAddress(parsing: ends[0]) else { return nil }
    if let last = IPAddress(parsing: ends[1]) {
      return first <= last ? checked("\(first)-\(last)") : checked("\(last)-\(first)")
    }
    if halves[1].isEmpty { return checked("\(first)/\(first.family.width)") }
    return end(meantBy: ends[1], from: first).flatMap { checked("\(first)-\($0)") }
  }

  /// 10.0.0.5-7 and 10.0.0.5-1.7: the missing fields are those of the start. An end that begins as the
  /// start does lacks one further on, and of one that has a field of the start's only where two agree.
  private static func end(meantBy text: String, from first: IPAddress) -> String? {
    let start = first.description.split(separator: ".").map(String.init)
    var fields = text.split(separator: ".").map(String.init)
    guard first.family == .v4, (1...3).contains(fields.count) else { return nil }
    if fields.count > 1, fields[0] == start[0] {
      let same = zip(fields, start).prefix { $0 == $1 }.count
      guard same > 1, same < fields.count else { return nil }
      fields.removeFirst(same)
    }
    return (start.prefix(4 - fields.count) + fields).joined(separator: ".")
  }

  private static func block(meantBy text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2 else { return nil }
    var address = repaired(parts[0])
    let fields = address.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, !address.contains(":"), (1...3).contains(fields.count) {
      address = (fields + Array(repeating: "0", count: 4 - fields.count)).joined(separator: ".")
    }
    guard let written = WrittenAddress(parsing: address) else { return nil }
    guard parts.count == 2 else { return checked("\(address)/\(written.width)") }
    if let mask = IPAddress(parsing: parts[1]), mask.family == .v4, written.width == 32 {
      let inverted = ~UInt32(truncatingIfNeeded: mask.value)
      guard inverted & (inverted &+ 1) == 0 else { return nil }
      return checked("\(address)/\(inverted.leadingZeroBitCount)")
    }
    return checked("\(address)/\(parts[1])")
  }

  /// Without a zone and without the zeros before the decimal fields.
  private static func repaired(_ address: String) -> String {
    let bare = address.split(separator: "%", omittingEmptySubsequences: false)[0]
    guard !bare.contains(":") else { return String(bare) }
    return bare.split(separator: ".", omittingEmptySubsequences: false).map { field in
      let stripped = field.drop { $0 == "0" }
      return stripped.isEmpty && !field.isEmpty ? "0" : String(stripped)
    }.joined(separator: ".")
  }

  private static func checked(_ text: String) -> String? { isRange(text) ? text : nil }

  private static func isRange(_ text: String) -> Bool { AddressRange(valid: text) != nil }
}
