/// Finds secrets and pieces of them in a text, however a tool has quoted, wrapped, encoded or cut
/// them.
///
/// Secrets and text are compared in a normal form: without blanks, line ends, quotes and what is not
/// seen, in lower case, with one alphabet of base64. A window of eight bytes that stands in a secret
/// is a piece of it; in what has the words of a language (a script, a mnemonic) it takes sixteen.
/// What it costs is that of the text, however many secrets there are.
struct SecretMatcher: Sendable {
  /// Windows of what has no words.
  private var dense: Set<UInt64> = []
  private var denseFilter = WindowFilter()
  /// Windows of what has words.
  private var wordy: Set<UInt128> = []
  private var wordyFilter = WindowFilter()
  /// Whole forms that are shorter than their window, by their length.
  private var short: [Int: Set<UInt128>] = [:]
  private var shortEnds: Set<UInt16> = []
  /// Four bytes in a row: where the text ends with them, the next piece may make it a secret.
  private var beginnings: Set<UInt32> = []

  static let shortest = 4
  private static let window = 8
  private static let wordyWindow = 16

  init(_ forms: [SecretForm]) {
    for form in forms { add(form) }
  }

  var isEmpty: Bool { dense.isEmpty && wordy.isEmpty && short.isEmpty }

  /// Names that everybody knows: that they stand in a secret, too, makes them none.
  private static let publicNames = [
    "akash-provider", "akash-services", "akash-ip-operator", "akash-hostname-operator",
    "akash-inventory-operator", "provider-services", "metallb-system", "metallb-controller",
    "metallb-speaker", "kube-system", "kube-proxy", "rehearsal-", "password", "keysecret",
  ]

  private static let publicWindows: Set<UInt64> = {
    var windows: Set<UInt64> = []
    for name in publicNames {
      var last: UInt64 = 0
      for (index, byte) in normal(TracedBytes(Array(name.utf8))).bytes.enumerated() {
        last = last << 8 | UInt64(byte)
        if index + 1 >= window { windows.insert(last) }
      }
    }
    return windows
  }()

  private mutating func add(_ form: SecretForm) {
    let bytes = Self.normal(TracedBytes(form.bytes)).bytes
    let size = form.hasWords ? Self.wordyWindow : Self.window
    guard bytes.count >= Self.shortest else { return }
    var windows: [UInt64] = []
    var last: UInt128 = 0
    for (index, byte) in bytes.enumerated() {
      last = last << 8 | UInt128(byte)
      if index >= 3 { beginnings.insert(UInt32(truncatingIfNeeded: last)) }
      guard index + 1 >= size else { continue }
      if form.hasWords {
        if wordy.insert(last).inserted { wordyFilter.insert(UInt64(truncatingIfNeeded: last)) }
      } else {
        windows.append(UInt64(truncatingIfNeeded: last))
      }
    }
    let own = windows.filter { !Self.publicWindows.contains($0) }
    for window in own.isEmpty ? windows : own where dense.insert(window).inserted {
      denseFilter.insert(window)
    }
    if bytes.count < size {
      short[bytes.count, default: []].insert(last)
      shortEnds.insert(UInt16(truncatingIfNeeded: last))
    }
  }

  /// What is to be hidden, in the order of the text.
  func stretches(in text: [UInt8]) -> [Range<Int>] {
    if isEmpty { return [] }
    let found = Self.joined(Self.views(of: text).flatMap { pieces(in: $0) })
    return Self.joined(found + encoded(in: text, depth: 1, besides: found))
  }

  /// The text ends with what a secret may go on with.
  func mayGoOn(after text: [UInt8]) -> Bool {
    if isEmpty { return false }
    return Self.views(of: text.suffix(512)).contains { view in
      let end = Self.normal(view).bytes.suffix(4)
      return end.count == 4
        && beginnings.contains(end.reduce(0) { $0 << 8 | UInt32($1) })
    }
  }

  private func pieces(in view: TracedBytes) -> [Range<Int>] {
    let text = Self.normal(view)
    var found: [Range<Int>] = []
    var lastEnd = -1
    var last: UInt128 = 0
    func cover(_ count: Int, upTo index: Int) {
      let begin = index + 1 - count
      let range = text.stretch(begin).lowerBound..<text.stretch(index).upperBound
      if begin <= lastEnd + 1, let before = found.popLast() {
        found.append(min(before.lowerBound, range.lowerBound)..<range.upperBound)
      } else {
        found.append(range)
      }
      lastEnd = index
    }
    for (index, byte) in text.bytes.enumerated() {
      last = last << 8 | UInt128(byte)
      let window = UInt64(truncatingIfNeeded: last)
      if index >= 15, wordyFilter.mayHold(window), wordy.contains(last) { cover(16, upTo: index) }
      if index >= 7, denseFilter.mayHold(window), dense.contains(window) { cover(8, upTo: index) }
      guard !short.isEmpty, shortEnds.contains(UInt16(truncatingIfNeeded: last)) else { continue }
      for (length, forms) in short where index + 1 >= length {
        let end = last & (1 << UInt128(8 * length) &- 1)
        if forms.contains(end) { cover(length, upTo: index) }
      }
    }
    return found
  }

  private func holdsPiece(_ text: [UInt8], depth: Int) -> Bool {
    Self.views(of: text).contains { !pieces(in: $0).isEmpty }
      || (depth < Self.deepest && !encoded(in: text, depth: depth + 1).isEmpty)
  }

  /// Lines that hold a secret as hexadecimal or decimal numbers, or in base64 more than once.
  ///
  /// - Parameter known: what is hidden already; its line need not be.
  private func encoded(
    in text: [UInt8], depth: Int, besides known: [Range<Int>] = []
  ) -> [Range<Int>] {
    SecretEncodings.words(in: text).filter { word in
      let isHidden = known.contains { range in
        range.lowerBound <= word.range.lowerBound + 3
          && range.upperBound + 3 >= word.range.upperBound
      }
      return !isHidden
        && word.readings.contains { Self.isPacked($0) || holdsPiece($0, depth: depth) }
    }.map { word in
      let start = text[..<word.range.lowerBound].lastIndex(of: newline).map { $0 + 1 } ?? 0
      return start..<(text[word.range.upperBound...].firstIndex(of: newline) ?? text.count)
    }
  }

  private static let deepest = 3
  private let newline = UInt8(ascii: "\n")

  /// gzip: what helm keeps of a release has the values in it.
  private static func isPacked(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

  // MARK: Views

  /// The text as it is, and as it was before it was quoted once, twice or three times, or made part
  /// of a URL.
  private static func views(of text: some Sequence<UInt8>) -> [TracedBytes] {
    var views = [TracedBytes(Array(text))]
    for _ in 0..<3 {
      guard let last = views.last, last.bytes.contains(UInt8(ascii: "\\")) else { break }
      views.append(last.withoutBackslashes())
    }
    if views[0].bytes.contains(UInt8(ascii: "%")) { views.append(views[0].withoutPercents()) }
    return views
  }

  private static func normal(_ view: TracedBytes) -> TracedBytes {
    view.withoutUnseen().mapping { byte in
      switch byte {
      case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "'"): nil
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: byte
      }
    }
  }

  private static func joined(_ found: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for range in found.sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      if let last = result.last, last.upperBound >= range.lowerBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }
}

/// Says quickly of most windows that they are in no set.
private struct WindowFilter: Sendable {
  private var bits = [UInt64](repeating: 0, count: 1 << 12)

  private static func place(_ window: UInt64) -> Int {
    Int(truncatingIfNeeded: (window &* 0x9E37_79B9_7F4A_7C15) >> 46)
  }

  mutating func insert(_ window: UInt64) {
    let place = Self.place(window)
    bits[place >> 6] |= 1 << UInt64(place & 63)
  }

  func mayHold(_ window: UInt64) -> Bool {
    let place = Self.place(window)
    return bits[place >> 6] & 1 << UInt64(place & 63) != 0
  }
}
