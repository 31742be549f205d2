/// What one position of an expression takes.
enum ExpressionStep {
  case one(@Sendable (UInt32) -> Bool)
  /// Goes on at both.
  case either(Int, Int)
  case onlyIf(Assertion)
  case found

  enum Assertion { case lineBegins, lineEnds, wordEdge, noWordEdge, wordBegins, wordEnds }
}

/// Makes steps of a POSIX extended expression with GNU's `\w`, `\s`, `\b`, `\<` and `\>`. That it is
/// one was seen before: what is not understood stands for itself.
struct ExpressionParser {
  private(set) var steps: [ExpressionStep] = []
  private let text: [UInt32]
  private let ignoresCase: Bool
  private var place = 0

  /// More steps than this cost too much for each letter of a line.
  static let mostSteps = 20_000

  private indirect enum Part {
    case one(@Sendable (UInt32) -> Bool)
    case onlyIf(ExpressionStep.Assertion)
    case sequence([Part])
    case choice([Part])
    case repetition(Part, least: Int, most: Int?)
  }

  init(_ pattern: String, ignoresCase: Bool) {
    text = pattern.unicodeScalars.map(\.value)
    self.ignoresCase = ignoresCase
    let part = choice(isInGroup: false)
    add(part)
    steps.append(.found)
  }

  // MARK: Reading

  private var next: UInt32? { place < text.count ? text[place] : nil }

  private func isNext(_ sign: Character) -> Bool {
    next.map { Character(Unicode.Scalar($0) ?? " ") } == sign
  }

  private mutating func take(_ sign: Character) -> Bool {
    guard isNext(sign) else { return false }
    place += 1
    return true
  }

  private mutating func choice(isInGroup: Bool) -> Part {
    var parts: [Part] = []
    repeat { parts.append(sequence(isInGroup: isInGroup)) } while take("|")
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence(isInGroup: Bool) -> Part {
    var parts: [Part] = []
    while let sign = next, !isNext("|"), !(isInGroup && isNext(")")) {
      place += 1
      parts.append(repeated(single(sign)))
    }
    return .sequence(parts)
  }

  private mutating func repeated(_ part: Part) -> Part {
    var part = part
    while true {
      if take("*") {
        part = .repetition(part, least: 0, most: nil)
      } else if take("+") {
        part = .repetition(part, least: 1, most: nil)
      } else if take("?") {
        part = .repetition(part, least: 0, most: 1)
      } else if isNext("{"), let (least, most) = bounds() {
        part = .repetition(part, least: least, most: most)
      } else {
        return part
      }
    }
  }

  /// `{2}`, `{2,}`, `{,3}`, `{2,3}`.
  private mutating func bounds() -> (Int, Int?)? {
    let start = place
    place += 1
    let least = number()
    var most = least
    if take(",") { most = number() }
    guard take("}") else {
      place = start
      return nil
    }
    return (least ?? 0, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let sign = next, (0x30...0x39).contains(sign) {
      value = min((value ?? 0) * 10 + Int(sign - 0x30), 1_000)
      place += 1
    }
    return value
  }

  private mutating func single(_ sign: UInt32) -> Part {
    switch Unicode.Scalar(sign) {
    case ".": return .one { _ in true }
    case "^": return .onlyIf(.lineBegins)
    case "$": return .onlyIf(.lineEnds)
    case "(":
      let part = choice(isInGroup: true)
      _ = take(")")
      return part
    case "[": return .one(bracket())
    case "\\":
      guard let escaped = next else { return literal(sign) }
      place += 1
      return escape(escaped)
    default: return literal(sign)
    }
  }

  private func literal(_ sign: UInt32) -> Part {
    guard ignoresCase else { return .one { $0 == sign } }
    let all = Self.cases(of: sign)
    return .one { all.contains($0) }
  }

  private func escape(_ sign: UInt32) -> Part {
    switch Unicode.Scalar(sign) {
    case "w": .one { Self.isWord($0) }
    case "W": .one { !Self.isWord($0) }
    case "s": .one { Self.isBlank($0) }
    case "S": .one { !Self.isBlank($0) }
    case "b": .onlyIf(.wordEdge)
    case "B": .onlyIf(.noWordEdge)
    case "<": .onlyIf(.wordBegins)
    case ">": .onlyIf(.wordEnds)
    default: literal(sign)
    }
  }

  // MARK: Brackets

  private mutating func bracket() -> @Sendable (UInt32) -> Bool {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var kinds: [@Sendable (UInt32) -> Bool] = []
    var isFirst = true
    while let sign = next, isFirst || !isNext("]") {
      isFirst = false
      place += 1
      if sign == 0x5B, isNext(":"), let kind = named() {
        kinds.append(kind)
        continue
      }
      let low = sign == 0x5B ? collated(sign) : sign
      guard isNext("-"), place + 1 < text.count, text[place + 1] != 0x5D else {
        ranges.append(low...low)
        continue
      }
      place += 1
      var high = text[place]
      place += 1
      if high == 0x5B { high = collated(high) }
      if high >= low { ranges.append(low...high) }
    }
    _ = take("]")
    let ignoresCase = ignoresCase
    return { [ranges, kinds] sign in
      let all = ignoresCase ? Self.cases(of: sign) : [sign]
      let isIn = all.contains { sign in
        ranges.contains { $0.contains(sign) } || kinds.contains { $0(sign) }
      }
      return isIn != isNegated
    }
  }

  /// `[.a.]` and `[=a=]` stand for their letter.
  private mutating func collated(_ sign: UInt32) -> UInt32 {
    guard place + 3 < text.count, let mark = next, mark == 0x2E || mark == 0x3D,
      text[place + 2] == mark, text[place + 3] == 0x5D
    else { return sign }
    let letter = text[place + 1]
    place += 4
    return letter
  }

  /// `[:alpha:]` behind its first bracket.
  private mutating func named() -> (@Sendable (UInt32) -> Bool)? {
    guard let end = text[place...].dropFirst().firstIndex(of: 0x3A), end + 1 < text.count,
      text[end + 1] == 0x5D
    else { return nil }
    let name = String(
      String.UnicodeScalarView(text[(place + 1)..<end].compactMap(Unicode.Scalar.init)))
    guard let kind = Self.kind(name) else { return nil }
    place = end + 2
    return kind
  }

  private static func kind(_ name: String) -> (@Sendable (UInt32) -> Bool)? {
    switch name {
    case "alpha": { properties($0)?.isAlphabetic ?? false }
    case "digit": { (0x30...0x39).contains($0) }
    case "alnum": { properties($0)?.isAlphabetic ?? false || (0x30...0x39).contains($0) }
    case "upper": { properties($0)?.isUppercase ?? false }
    case "lower": { properties($0)?.isLowercase ?? false }
    case "space": { isBlank($0) }
    case "blank": { $0 == 0x20 || $0 == 0x09 }
    case "punct": { (0x21...0x7E).contains($0) && !isWord($0) || $0 == 0x5F }
    case "print": { $0 >= 0x20 && $0 != 0x7F }
    case "graph": { $0 > 0x20 && $0 != 0x7F }
    case "cntrl": { $0 < 0x20 || $0 == 0x7F }
    case "xdigit": { properties($0)?.isASCIIHexDigit ?? false }
    default: nil
    }
  }

  private static func properties(_ sign: UInt32) -> Unicode.Scalar.Properties? {
    Unicode.Scalar(sign)?.properties
  }

  static func isWord(_ sign: UInt32) -> Bool {
    switch sign {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    case 0..<0x80: false
    default: properties(sign)?.isAlphabetic ?? false
    }
  }

  private static func isBlank(_ sign: UInt32) -> Bool {
    (0x09...0x0D).contains(sign) || sign == 0x20
      || sign >= 0x80 && properties(sign)?.isWhitespace ?? false
  }

  /// The letter, small and as a capital.
  private static func cases(of sign: UInt32) -> [UInt32] {
    guard let properties = properties(sign) else { return [sign] }
    let others = [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
      text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
    }
    return [sign] + others
  }

  // MARK: Steps

  private mutating func add(_ part: Part) {
    // Too many are refused by whoever asked; no more are made.
    guard steps.count <= Self.mostSteps else { return }
    switch part {
    case .one(let takes): steps.append(.one(takes))
    case .onlyIf(let assertion): steps.append(.onlyIf(assertion))
    case .sequence(let parts): for part in parts { add(part) }
    case .choice(let parts): addChoice(parts[...])
    case .repetition(let part, let least, let most):
      for _ in 0..<least { add(part) }
      if let most {
        addOptional(part, max(most - least, 0))
      } else {
        let start = steps.count
        steps.append(.found)
        add(part)
        steps.append(.either(start, start))
        steps[start] = .either(start + 1, steps.count)
      }
    }
  }

  private mutating func addOptional(_ part: Part, _ count: Int) {
    var gates: [Int] = []
    for _ in 0..<count where steps.count <= Self.mostSteps {
      gates.append(steps.count)
      steps.append(.found)
      add(part)
    }
    for gate in gates { steps[gate] = .either(gate + 1, steps.count) }
  }

  private mutating func addChoice(_ parts: ArraySlice<Part>) {
    guard let first = parts.first else { return }
    guard parts.count > 1 else { return add(first) }
    let gate = steps.count
    steps.append(.found)
    add(first)
    let jump = steps.count
    steps.append(.found)
    steps[gate] = .either(gate + 1, steps.count)
    addChoice(parts.dropFirst())
    steps[jump] = .either(steps.count, steps.count)
  }
}
