import Testing

@testable import Basics
@testable import IPLeasesCore

struct TextDigestTests {
  /// As GNU's cksum prints them; the first is the check value of POSIX' CRC.
  @Test(arguments: [
    ("123456789", "930766865 9"), ("", "4294967295 0"), ("a: b\n", "2521675706 5"),
    (String(repeating: "x", count: 300), "3786917833 300"),
  ])
  func theChecksumIsTheOneOfPosix(text: String, sum: String) {
    #expect(TextDigest.cksum(text) == sum)
  }
}
