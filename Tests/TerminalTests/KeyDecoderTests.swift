import Terminal
import Testing

struct KeyDecoderTests {
  private func keys(_ batches: [KeyDecoder.Input]...) -> [Key] {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    for batch in batches {
      for input in batch { decoder.feed(input) }
      keys += decoder.takeKeys()
    }
    return keys
  }

  private func bytes(_ text: String) -> [KeyDecoder.Input] {
    text.utf8.map { .byte($0) }
  }

  @Test(arguments: [
    ("a", [Key.character("a")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]),
    ("\u{8}", [.backspace]), ("\u{7F}", [.backspace]), ("\u{1}", [.control("a")]),
    ("\u{1A}", [.control("z")]), ("\u{0}", [.control(" ")]), ("\u{1C}", [.control("\\")]),
    ("\u{1F}", [.control("_")]), ("é界👍", [.character("é"), .character("界"), .character("👍")]),
    ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]),
    ("\u{1B}j", [.escape, .character("j")]), ("\u{1B}[", [.escape, .character("[")]),
    ("\u{1B}[97;5uq", [.unknown, .character("q")]), ("\u{1B}Ox", [.unknown]),
    ("\u{1B}[1\u{1B}", [.unknown, .escape]), ("\u{85}", [.unknown]),
  ])
  func bytesBecomeKeys(text: String, expected: [Key]) {
    #expect(keys(bytes(text)) == expected)
  }

  @Test func aCharacterMayComeInPieces() {
    let parts = bytes("界")
    #expect(keys([parts[0]], [parts[1]], [parts[2]]) == [.character("界")])
    #expect(keys([parts[0]], bytes("x")) == [.unknown, .character("x")])
    #expect(keys([.byte(0xFF), .byte(0x80)]) == [.unknown, .unknown])
    #expect(keys([.byte(0xED), .byte(0xA0), .byte(0x80)]) == [.unknown])
  }

  @Test func aPasteIsOneKeyWithoutControls() {
    let text = "one\r\ntwo\rthree\n\u{1B}[31m\u{3}\u{200B}\tx"
    #expect(
      keys([.pasteBegins] + bytes(text), [.key(.up), .pasteEnds])
        == [.paste("one\ntwo\nthree\n[31m\tx")])
    #expect(keys([.pasteEnds] + bytes("q")) == [.character("q")])
  }

  @Test(arguments: [
    ("\u{3}", Key.control("c")), ("\u{C}", .control("l")), ("\u{1B}", .escape),
  ])
  func aPasteWithoutAnEndIsLeftByWhatLeaves(typed: String, key: Key) {
    #expect(
      keys([.pasteBegins] + bytes("ab"), bytes("c"), bytes(typed), bytes("q"))
        == [.paste("abc"), key, .character("q")])
    #expect(keys([.pasteBegins], bytes("a\u{3}b"), [.pasteEnds]) == [.paste("ab")])
  }

  @Test func aPasteThatComesToNoEndEndsByItself() {
    var decoder = KeyDecoder()
    let start = ContinuousClock.now
    decoder.feed(.pasteBegins, at: start)
    decoder.feed(.byte(0x61), at: start + .milliseconds(1_900))
    decoder.feed(.byte(0x62), at: start + .milliseconds(3_800))
    #expect(decoder.takeKeys() == [])
    decoder.feed(.key(.up), at: start + .milliseconds(5_900))
    #expect(decoder.takeKeys() == [.paste("ab"), .up])
  }

  @Test func aPasteIsBounded() {
    var decoder = KeyDecoder()
    decoder.feed(.pasteBegins)
    for _ in 0..<KeyDecoder.pasteLimit + 10 { decoder.feed(.byte(0x61)) }
    decoder.feed(.pasteEnds)
    let expected = String(repeating: "a", count: KeyDecoder.pasteLimit)
    #expect(decoder.takeKeys() == [.paste(expected)])
  }
}
