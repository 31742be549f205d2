/// What the terminal sends: a key, a turn of the wheel, a click, a paste.
package enum Key: Hashable, Sendable {
  case character(Character)
  /// Ctrl with a letter, the letter in lower case: `.control("d")`.
  case control(Character)
  case function(Int)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, delete
  /// The whole text between the brackets of a bracketed paste.
  case paste(String)
  case wheelUp(Position)
  case wheelDown(Position)
  case click(Position)
  case focusGained, focusLost
  /// Something the terminal sent that means nothing here.
  case unknown
}
