/// The account of a provider on the Akash chain, checked by its checksum.
package struct AkashAddress: Hashable, Sendable, CustomStringConvertible {
  /// `akash1…`, in lower case.
  package let text: String

  package var description: String { text }

  package init(parsing given: String) throws(UserMessage) {
    let shown = SafeText.line(given, limit: 100)
    let advice: Advice = "give the provider's address: akash1 and 38 more characters"
    func refusal(_ reason: String) -> UserMessage {
      UserMessage("\"\(shown)\" is not an Akash address.", reason: reason, advice: advice)
    }
    let decoded: Bech32
    do throws(Bech32.Flaw) {
      decoded = try Bech32(parsing: given)
    } catch {
      switch error {
      case .length(let count):
        throw refusal(
          count == 0 ? "it is empty" : "it has \(count) characters; an address has 44")
      case .mixedCase: throw refusal("it mixes upper and lower case")
      case .noSeparator:
        throw refusal("it does not have the form of an address; is it the name of a key?")
      case .wrongCharacter(let character):
        throw refusal(
          "the character \"\(SafeText.line(String(character)))\" does not occur in addresses")
      case .checksum:
        throw refusal("its checksum is wrong: a character is mistyped, missing or too many")
      case .padding: throw refusal("its data are not whole bytes")
      }
    }
    guard decoded.prefix == "akash" else {
      throw refusal("it is an address of kind \"\(decoded.prefix)\", not \"akash\"")
    }
    guard decoded.bytes.count == 20 || decoded.bytes.count == 32 else {
      throw refusal("it holds \(decoded.bytes.count) bytes; an account has 20 or 32")
    }
    text = given.lowercased()
  }
}
