import Terminal

/// One row of a key table. Dispatch, the keys row, help and the palette are all made from it.
package struct KeyBinding: Sendable {
  /// Empty for what only the palette offers.
  package var keys: [Key]
  package var word: String
  package var meaning: String
  package var action: KeyAction
  /// True where a question, a plan or a list comes first: shown as ".." behind the word.
  package var opensFirst: Bool
  /// Place in the keys row, lowest first; nil: not there.
  package var bar: Int?
  /// Why the key cannot act now; nil when it can.
  package var reasonWhenOff: @Sendable (State) -> String?

  package init(
    _ keys: [Key], _ word: String, _ meaning: String, _ action: KeyAction,
    opensFirst: Bool = false, bar: Int? = nil,
    off reasonWhenOff: @escaping @Sendable (State) -> String? = { _ in nil }
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

extension Key {
  /// The key's name as people write it.
  package var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let letter): "Ctrl-" + letter.uppercased()
    case .function(let number): "F\(number)"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .paste: "a paste"
    case .wheelUp, .wheelDown: "the wheel"
    case .click: "a click"
    case .focusGained, .focusLost, .unknown: "this key"
    }
  }
}
