/// Makes keys of what ncurses has recognised and of the bytes it has not.
package struct KeyDecoder {
  package enum Input: Hashable, Sendable {
    case byte(UInt8)
    case key(Key)
    case pasteBegins
    case pasteEnds
  }

  private enum Escape {
    case none
    /// ESC has come and nothing after it.
    case begun
    /// A control sequence that ncurses does not know; with the number of bytes after its "[".
    case sequence(introducer: UInt8, length: Int)
  }

  /// Longer pastes are cut: nothing here is meant to take one.
  package static let pasteLimit = 1 << 20

  private var keys: [Key] = []
  private var escape = Escape.none
  /// Bytes of a character that is not complete yet; the rest may come with the next batch.
  private var partial: [UInt8] = []
  private var expected = 0
  private var paste: [UInt8]?
  /// When the paste was fed last, and what came since keys were taken last.
  private var pastedAt = ContinuousClock.now
  private var batch: [Input] = []

  /// A terminal that has begun a paste and sends nothing for so long has forgotten its end.
  package static let pastePatience = Duration.seconds(2)

  package init() {}

  package mutating func feed(_ input: Input, at now: ContinuousClock.Instant = .now) {
    if paste != nil {
      if now - pastedAt > Self.pastePatience { endPaste() }
      pastedAt = now
      if batch.count < 2 { batch.append(input) }
    }
    switch input {
    case .pasteBegins:
      endEscape()
      paste = paste ?? []
      pastedAt = now
      batch = [input]
    case .pasteEnds: endPaste()
    case .key(let key):
      guard paste == nil else { return }
      endEscape()
      dropPartial()
      keys.append(key)
    case .byte(let byte):
      if let count = paste?.count {
        if count < Self.pasteLimit { paste?.append(byte) }
      } else {
        feed(byte: byte)
      }
    }
  }

  /// The keys so far. To be called when nothing more has arrived: an ESC without a successor is the
  /// key, and what follows an ESC later is typed.
  package mutating func takeKeys() -> [Key] {
    leaveForgottenPaste()
    batch = []
    endEscape()
    defer { keys.removeAll(keepingCapacity: true) }
    return keys
  }

  private mutating func endPaste() {
    if let bytes = paste { keys.append(.paste(Self.pastedText(bytes))) }
    paste = nil
  }

  /// Ctrl-C, Ctrl-L and ESC that come alone were typed: a paste that is still open then has lost its
  /// end. Inside of one they come with what is around them.
  private mutating func leaveForgottenPaste() {
    guard paste != nil, batch.count == 1, case .byte(let byte) = batch[0],
      [0x03, 0x0C, 0x1B].contains(byte)
    else { return }
    paste?.removeLast()
    endPaste()
    feed(byte: byte)
  }

  private mutating func feed(byte: UInt8) {
    switch escape {
    case .none:
      break
    case .begun:
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
        escape = .sequence(introducer: byte, length: 0)
        return
      }
      endEscape()
    case .sequence(let introducer, let length):
      switch byte {
      case 0x20...0x3F:
        escape = .sequence(introducer: introducer, length: length + 1)
        return
      case 0x40...0x7E:
        // Letters of an unknown sequence must not act as keys.
        escape = .none
        keys.append(.unknown)
        return
      default:
        endEscape()
      }
    }
    if byte < 0x80 {
      dropPartial()
      addASCII(byte)
    } else {
      addPart(byte)
    }
  }

  private mutating func endEscape() {
    switch escape {
    case .none: break
    case .begun: keys.append(.escape)
    case .sequence(let introducer, 0):
      keys += [.escape, .character(Character(Unicode.Scalar(introducer)))]
    case .sequence: keys.append(.unknown)
    }
    escape = .none
  }

  private mutating func addASCII(_ byte: UInt8) {
    switch byte {
    case 0x1B: escape = .begun
    case 0x0A, 0x0D: keys.append(.enter)
    case 0x09: keys.append(.tab)
    case 0x08, 0x7F: keys.append(.backspace)
    case 0x00: keys.append(.control(" "))
    case 0x01...0x1A: keys.append(.control(Character(Unicode.Scalar(byte + 0x60))))
    case 0x1C...0x1F: keys.append(.control(Character(Unicode.Scalar(byte + 0x40))))
    default: keys.append(.character(Character(Unicode.Scalar(byte))))
    }
  }

  private mutating func addPart(_ byte: UInt8) {
    if byte & 0xC0 == 0x80, !partial.isEmpty {
      partial.append(byte)
    } else {
      dropPartial()
      switch byte {
      case 0xC2...0xDF: expected = 2
      case 0xE0...0xEF: expected = 3
      case 0xF0...0xF4: expected = 4
      default:
        keys.append(.unknown)
        return
      }
      partial = [byte]
    }
    guard partial.count == expected else { return }
    let scalar = String(validating: partial, as: UTF8.self)?.unicodeScalars.first
    partial = []
    if let scalar, scalar.properties.generalCategory != .control {
      keys.append(.character(Character(scalar)))
    } else {
      keys.append(.unknown)
    }
  }

  private mutating func dropPartial() {
    if !partial.isEmpty { keys.append(.unknown) }
    partial = []
  }

  /// Line ends as line feeds, no other control characters than tabs, nothing invisible.
  private static func pastedText(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      defer { isAfterReturn = scalar == "\r" }
      if scalar == "\r" || (scalar == "\n" && !isAfterReturn) {
        text.append("\n")
        continue
      }
      switch scalar.properties.generalCategory {
      case .control where scalar != "\t", .format: continue
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}
