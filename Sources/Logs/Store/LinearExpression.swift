import Basics

/// Searches a line for an expression in one pass, whatever the expression is: all places it may be at
/// are followed together, and the sets of places that were met are kept, so many of them at most.
final class LinearExpression {
  /// Places, and what stands before them: all that what follows depends on.
  private struct Situation: Hashable {
    var places: [Int32]
    var isAtBegin: Bool
    var isAfterWord: Bool
  }

  private let steps: [ExpressionStep]
  private var situations: [Situation] = []
  private var numbers: [Situation: Int32] = [:]
  /// By situation and sign: the next situation, -1 for one that was not looked at yet, -2 where the
  /// expression was found.
  private var moves: [Int32] = []
  /// By step: where a closure has seen it.
  private var seen: [Int32]
  private var round: Int32 = 0

  /// The signs of ASCII, and the end of the line.
  private static let width = 129
  private static let lineEnd = 128
  /// So many are kept: half a megabyte and their places.
  private static let mostSituations = 1_000
  private static let unknown: Int32 = -1
  private static let isFound: Int32 = -2

  init(_ pattern: String, ignoresCase: Bool) throws(UserMessage) {
    steps = ExpressionParser(pattern, ignoresCase: ignoresCase).steps
    seen = [Int32](repeating: 0, count: steps.count + 1)
    guard steps.count <= ExpressionParser.mostSteps else {
      throw UserMessage(
        "The pattern \"\(SafeText.line(pattern, limit: 60))\" is too large.",
        reason: "written out it has more than \(ExpressionParser.mostSteps) steps",
        advice: "search for less")
    }
  }

  func isFound(in text: UnsafeRawBufferPointer) -> Bool {
    var now = number(of: Situation(places: [0], isAtBegin: true, isAfterWord: false))
    var index = 0
    while true {
      (now, index) = known(from: now, at: index, in: text)
      if now == Self.isFound { return true }
      guard index < text.count else { break }
      if text[index] < 0x80 {
        now = learn(now, Int(text[index]))
        index += 1
      } else {
        let (sign, length) = Self.scalar(at: index, in: text)
        now = follow(now, sign)
        index += length
      }
      if now == Self.isFound { return true }
    }
    let move = moves[Int(now) * Self.width + Self.lineEnd]
    return (move == Self.unknown ? learn(now, Self.lineEnd) : move) == Self.isFound
  }

  /// As far as it was met before.
  private func known(
    from start: Int32, at first: Int, in text: UnsafeRawBufferPointer
  ) -> (Int32, Int) {
    moves.withUnsafeBufferPointer { moves in
      var now = start
      var index = first
      while index < text.count, text[index] < 0x80 {
        let move = moves[Int(now) * Self.width + Int(text[index])]
        if move == Self.unknown { break }
        now = move
        index += 1
        if now == Self.isFound { break }
      }
      return (now, index)
    }
  }

  private func learn(_ from: Int32, _ symbol: Int) -> Int32 {
    let count = numbers.count
    let next = follow(from, symbol == Self.lineEnd ? nil : UInt32(symbol))
    // Not where all was forgotten meanwhile.
    if numbers.count >= count { moves[Int(from) * Self.width + symbol] = next }
    return next
  }

  /// - Parameter sign: nil at the end of the line.
  private func follow(_ from: Int32, _ sign: UInt32?) -> Int32 {
    let situation = situations[Int(from)]
    let isWord = sign.map(ExpressionParser.isWord) ?? false
    round &+= 1
    var places: [Int32] = []
    var open = situation.places
    while let place = open.popLast() {
      if seen[Int(place)] == round { continue }
      seen[Int(place)] = round
      switch steps[Int(place)] {
      case .found: return Self.isFound
      case .either(let one, let other):
        open.append(Int32(one))
        if other != one { open.append(Int32(other)) }
      case .onlyIf(let assertion):
        let holds =
          switch assertion {
          case .lineBegins: situation.isAtBegin
          case .lineEnds: sign == nil
          case .wordEdge: situation.isAfterWord != isWord
          case .noWordEdge: situation.isAfterWord == isWord
          case .wordBegins: !situation.isAfterWord && isWord
          case .wordEnds: situation.isAfterWord && !isWord
          }
        if holds { open.append(place + 1) }
      case .one(let takes):
        if let sign, takes(sign) { places.append(place + 1) }
      }
    }
    // It may begin anew behind each sign.
    if !places.contains(0) { places.append(0) }
    places.sort()
    return number(of: Situation(places: places, isAtBegin: false, isAfterWord: isWord))
  }

  private func number(of situation: Situation) -> Int32 {
    if let known = numbers[situation] { return known }
    if situations.count >= Self.mostSituations {
      situations = []
      numbers = [:]
      moves = []
    }
    let number = Int32(situations.count)
    situations.append(situation)
    numbers[situation] = number
    moves += [Int32](repeating: Self.unknown, count: Self.width)
    return number
  }

  /// Bytes that are no text count as one sign each, which is no letter.
  private static func scalar(
    at index: Int, in text: UnsafeRawBufferPointer
  ) -> (sign: UInt32, length: Int) {
    let byte = text[index]
    let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
    let end = min(index + length, text.count)
    let bytes = UnsafeRawBufferPointer(rebasing: text[index..<end])
    guard length > 1, let scalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.first
    else { return (0xFFFD, 1) }
    return (scalar.value, length)
  }
}
