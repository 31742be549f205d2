import Testing

@testable import Basics
@testable import IPLeasesCore

struct AkashAddressTests {
  @Test(arguments: [
    "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx",
    "AKASH1XMZ9ES9AY9LN9X2M3Q8DLU0ALXF0LTCE7YKJFX",
  ])
  func anAddressWithARightChecksumIsTaken(text: String) throws {
    let address = try AkashAddress(parsing: text)
    #expect(address.text == "akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx")
  }

  @Test(arguments: [
    ("", "it is empty"),
    ("akash-provider", "key"),
    ("akash1", "6 characters"),
    ("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfz", "checksum"),
    ("akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjf", "checksum"),
    ("Akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx", "mixes"),
    ("akash1bmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx", "\"b\""),
    (" akash1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx", "\" \""),
    ("akåsh1xmz9es9ay9ln9x2m3q8dlu0alxf0ltce7ykjfx", "å"),
    ("a12uel5l", "\"a\""),
    ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "\"abcdef\""),
    ("akash1\u{1B}[2Jxxxxxxxxxxxx", "occur"),
  ])
  func whatIsWrongIsSaid(text: String, word: String) {
    #expect {
      try AkashAddress(parsing: text)
    } throws: { error in
      guard let message = error as? UserMessage else { return false }
      #expect(message.advice?.text().contains("akash1") == true)
      #expect(!message.text().contains("\u{1B}"))
      return message.reason?.contains(word) == true
    }
  }

  /// From BIP-173.
  @Test(arguments: [
    "A12UEL5L", "a12uel5l",
    "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
    "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
    "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl",
  ])
  func theStandardsExamplesHaveRightChecksums(text: String) {
    // Some of them hold data that are no whole bytes, which is found after the checksum.
    do throws(Bech32.Flaw) {
      _ = try Bech32(parsing: text)
    } catch {
      #expect(error == .padding)
    }
  }

  /// From BIP-173.
  @Test(arguments: [
    ("\u{20}1nwldj5", Bech32.Flaw.wrongCharacter(" ")),
    ("\u{7F}1axkwrx", .wrongCharacter("\u{7F}")),
    (
      "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
      .length(91)
    ),
    ("pzry9x0s0muk", .noSeparator), ("1pzry9x0s0muk", .noSeparator),
    ("x1b4n0q5v", .wrongCharacter("b")), ("li1dgmt3", .noSeparator),
    ("A1G7SGD8", .checksum), ("10a06t8", .length(7)), ("1qzzfhee", .noSeparator),
  ])
  func theStandardsCounterexamplesAreRefused(text: String, flaw: Bech32.Flaw) {
    #expect(throws: flaw) { try Bech32(parsing: text) }
  }
}
