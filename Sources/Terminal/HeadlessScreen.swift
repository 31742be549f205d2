/// A screen without a terminal, for tests and for printing a frame: its keys come from the caller.
package final class HeadlessScreen: Screen {
  package var size: Size
  /// The last frame shown.
  package private(set) var canvas: Canvas?
  /// How many frames were shown.
  package private(set) var frames = 0
  private var keys: [Key] = []

  package init(size: Size = Size(rows: 24, columns: 80)) {
    self.size = size
  }

  package func show(_ canvas: Canvas) {
    self.canvas = canvas
    frames += 1
  }

  package func readKeys() -> [Key] {
    defer { keys.removeAll() }
    return keys
  }

  /// Keys for the next `readKeys`.
  package func type(_ keys: [Key]) {
    self.keys += keys
  }

  /// Each character as its key.
  package func type(_ text: String) {
    keys += text.map(Key.character)
  }
}
