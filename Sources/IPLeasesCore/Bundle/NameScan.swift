import Addresses
import Basics

/// Finds what may be a name in a text of any kind: prose, JSON, YAML, a log.
enum NameScan {
  enum Found {
    case wallet(String)
    /// With the range that is written with it.
    case address(IPAddress, AddressInterval?)
    /// Letters, digits, hyphens and dots.
    case name(String)
  }

  /// - Parameter replace: gives what stands in the place of what was found; nil leaves it.
  @discardableResult
  static func scan(_ text: String, _ replace: (Found) -> String?) -> String {
    withoutActuallyEscaping(replace) { replace in
      var scanner = Scanner(bytes: Array(text.utf8), replace: replace)
      return String(decoding: scanner.run(), as: UTF8.self)
    }
  }

  private struct Scanner {
    let bytes: [UInt8]
    let replace: (Found) -> String?
    var result: [UInt8] = []
    var place = 0

    mutating func run() -> [UInt8] {
      result.reserveCapacity(bytes.count)
      while place < bytes.count {
        let byte = bytes[place]
        if byte == UInt8(ascii: "\\") {
          skipEscape()
        } else if isWord(byte) {
          word()
        } else if byte == UInt8(ascii: ":"), at(place + 1) == byte, !follows(isWord) {
          if !address() { copy(1) }
        } else {
          copy(1)
        }
      }
      return result
    }

    /// In JSON within a text a letter behind a backslash is no part of the word behind it.
    private mutating func skipEscape() {
      while at(place) == UInt8(ascii: "\\") { copy(1) }
      guard let letter = at(place), "nrtbfu".utf8.contains(letter) else { return }
      // Unless it is: a name may begin with it.
      if let name = run(from: place, isName), replace(.name(name)) != nil { return }
      copy(letter == UInt8(ascii: "u") ? 5 : 1)
    }

    private mutating func word() {
      if wallet() || address() { return }
      guard let name = run(from: place, isName) else { return copy(1) }
      let tail = name.utf8.reversed().prefix { $0 == 0x2E || $0 == 0x2D }.count
      let text = String(name.dropLast(tail))
      let end = place + text.utf8.count
      // The name before the sign of a mail address is somebody's.
      if at(end) == UInt8(ascii: "@"), let host = run(from: end + 1, isName),
        HostName.host(host) != nil
      {
        put(replace(.name(host)) == nil ? nil : "someone", until: end)
      } else {
        put(replace(.name(text)), until: end)
      }
    }

    private mutating func wallet() -> Bool {
      guard bytes[place...].starts(with: "akash".utf8),
        let word = run(from: place, isWord),
        let sign = word.firstIndex(of: "1"), word[sign...].utf8.count >= 39
      else { return false }
      put(replace(.wallet(word)), until: place + word.utf8.count)
      return true
    }

    private mutating func address() -> Bool {
      guard let (address, end) = address(at: place) else { return false }
      put(replace(.address(address, range(from: address, end))), until: end)
      return true
    }

    private func address(at start: Int) -> (IPAddress, end: Int)? {
      var end = start
      while let byte = at(end), isHex(byte) || byte == 0x3A || byte == 0x2E { end += 1 }
      while end > start, let last = at(end - 1), last == 0x2E || last == 0x3A,
        !(last == 0x3A && at(end - 2) == 0x3A)
      {
        end -= 1
      }
      // A port may stand behind an address.
      var ends = [end]
      if let colon = bytes[start..<end].lastIndex(of: 0x3A) { ends.append(colon) }
      for end in ends where end - start >= 2 && end - start <= 45 {
        if let next = at(end), isWord(next) { continue }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        if let address = IPAddress(parsing: text) { return (address, end) }
      }
      return nil
    }

    private func range(from first: IPAddress, _ end: Int) -> AddressInterval? {
      switch at(end) {
      case UInt8(ascii: "/"):
        guard let digits = run(from: end + 1, isDigit), digits.utf8.count <= 3,
          let length = Int(digits), length <= first.family.width
        else { return nil }
        let size = UInt128(first.family.width - length)
        let mask: UInt128 = size >= 128 ? .max : (1 << size) - 1
        return AddressInterval(
          family: first.family, lower: first.value & ~mask,
          upper: first.value | (mask & first.family.highest))
      case UInt8(ascii: "-"):
        guard let (last, _) = address(at: end + 1), last.family == first.family,
          last.value >= first.value
        else { return nil }
        return AddressInterval(family: first.family, lower: first.value, upper: last.value)
      default: return nil
      }
    }

    // MARK: Bytes

    private func at(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    private func follows(_ test: (UInt8) -> Bool) -> Bool { at(place - 1).map(test) ?? false }

    private func run(from start: Int, _ test: (UInt8) -> Bool) -> String? {
      var end = start
      while let byte = at(end), test(byte) { end += 1 }
      return end > start ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
    }

    private mutating func copy(_ count: Int) {
      let end = min(place + count, bytes.count)
      result += bytes[place..<end]
      place = end
    }

    private mutating func put(_ text: String?, until end: Int) {
      if let text { result += text.utf8 } else { result += bytes[place..<end] }
      place = end
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private func isHex(_ byte: UInt8) -> Bool {
      isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)
    }

    private func isWord(_ byte: UInt8) -> Bool {
      isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    private func isName(_ byte: UInt8) -> Bool {
      isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
  }
}
