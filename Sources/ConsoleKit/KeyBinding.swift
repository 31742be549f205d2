import Terminal

/// One row of a key table. Dispatch, the keys row, help and the palette are all made from it.
package struct KeyBinding<Action: Hashable & Sendable>: Hashable, Sendable {
  /// Empty for what only the palette offers.
  package var keys: [Key]
  package var word: String
  package var meaning: String
  package var action: Action
  /// True where a question, a plan or a list comes first: shown as ".." behind the word.
  package var opensFirst: Bool
  /// Place in the keys row, lowest first; nil: not there.
  package var bar: Int?
  /// Why the key cannot act now; nil when it can.
  package var reasonWhenOff: String?

  package init(
    _ keys: [Key], _ word: String, _ meaning: String, _ action: Action, opensFirst: Bool = false,
    bar: Int? = nil, off reasonWhenOff: String? = nil
  ) {
    self.keys = keys
    self.word = word
    self.meaning = meaning
    self.action = action
    self.opensFirst = opensFirst
    self.bar = bar
    self.reasonWhenOff = reasonWhenOff
  }

  /// "j Down", for help.
  package var keysText: String { keys.map(\.name).joined(separator: " ") }

  /// "a Plan..", for the keys row.
  package var hint: String {
    (keys.first.map(\.name) ?? "") + " " + word + (opensFirst ? ".." : "")
  }
}
