internal import CNcurses
import Glibc
import SystemPackage

/// The screen of a real terminal. There is one at a time, and one thread uses it.
package final class NcursesScreen: Screen {
  /// Frames larger than this are cut; no terminal is, and a wrong size must not cost gigabytes.
  private static let limit = Size(rows: 500, columns: 1000)

  /// What the operator should know of the terminal; nil mostly.
  package let notice: String?
  private let isASCII: Bool
  private var shown: Canvas?
  private var decoder = KeyDecoder()
  private var row: [cn_cell] = []

  /// Takes the terminal: standard input and output.
  ///
  /// Lines are drawn in ASCII where that is asked for, and where the locale is not UTF-8.
  package init(colors: Bool, ascii: Bool) throws(TerminalProblem) {
    guard isatty(STDIN_FILENO) == 1 else { throw .inputIsNoTerminal }
    guard isatty(STDOUT_FILENO) == 1 else { throw .outputIsNoTerminal }
    let name = try Self.usableName(getenv("TERM").map { String(cString: $0) } ?? "")
    notice = name.notice
    isASCII = !cn_prepare_locale() || ascii
    guard cn_open(name.used, colors) else { throw .screenFailed(name.used) }
  }

  deinit {
    end()
  }

  package var size: Size {
    var rows: Int32 = 0
    var columns: Int32 = 0
    guard cn_measure(&rows, &columns) else { return Size(rows: 24, columns: 80) }
    return Size(
      rows: min(Int(rows), Self.limit.rows), columns: min(Int(columns), Self.limit.columns))
  }

  package func show(_ canvas: Canvas) {
    var rows: Int32 = 0
    var columns: Int32 = 0
    let isFitted = cn_fit(Int32(Self.limit.rows), Int32(Self.limit.columns), &rows, &columns)
    if isFitted || shown?.size != canvas.size { shown = nil }
    let size = Size(rows: Int(rows), columns: Int(columns))
    let caret = canvas.caret.flatMap { size.contains($0) ? $0 : nil }
    var isSame = shown != nil && shown?.caret == canvas.caret
    for index in 0..<size.rows where differs(row: index, of: canvas) {
      put(row: index, of: canvas, columns: size.columns)
      isSame = false
    }
    // Even an empty update would place the cursor anew, which costs bytes.
    if !isSame { cn_flush(Int32(caret?.row ?? -1), Int32(caret?.column ?? -1)) }
    shown = canvas
  }

  package func readKeys() -> [Key] {
    while let input = nextInput() { decoder.feed(input) }
    return decoder.takeKeys()
  }

  /// Writes every cell again, for a terminal that somebody else has written to.
  package func redraw() {
    cn_repaint()
  }

  /// To the shell, as Ctrl-Z does it; returns when the program is continued. The size may be another
  /// one then.
  package func suspend() {
    cn_leave()
    cn_stop()
    cn_enter()
  }

  /// Runs `body` with the terminal as the shell has left it, then takes the terminal again.
  package func restoreNormalScreen<Result>(during body: () throws -> Result) rethrows -> Result {
    cn_leave()
    defer { cn_enter() }
    return try body()
  }

  /// Prints plain text where it stays in the terminal's own scrollback, and waits for a key.
  package func print(_ text: String, thenAsk prompt: String) {
    restoreNormalScreen {
      var output = ""
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        output.unicodeScalars += line.unicodeScalars.filter { !TextWidth.isDropped($0) }
        output += "\n"
      }
      output += prompt
      output.withUTF8 { Self.writeAll($0) }
      cn_wait_key()
      Self.writeAll("\n")
    }
  }

  /// Gives the terminal back. Safe to call again.
  package func end() {
    cn_close()
  }

  /// What ncurses counts for a character in the thread's locale; -1 where it does not know it.
  package static func systemColumns(of scalar: Unicode.Scalar) -> Int {
    Int(cn_columns(scalar.value))
  }

  private static func usableName(
    _ name: String
  ) throws(TerminalProblem) -> (used: String, notice: String?) {
    guard !name.isEmpty else { throw .nameIsMissing }
    switch cn_probe(name) {
    case .usable:
      return (name, nil)
    case .immobile:
      throw .cannotMoveCursor(name)
    case .unknown:
      let other = TerminalName.substitute
      guard TerminalName.isLikeXterm(name), cn_probe(other) == .usable else {
        throw .nameIsUnknown(name)
      }
      return (other, "The terminal “\(name)” is unknown here; it is used as \(other).")
    }
  }

  private static func writeAll(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = try? FileDescriptor.standardOutput.writeAll(bytes)
  }

  private static func writeAll(_ text: StaticString) {
    text.withUTF8Buffer { writeAll($0) }
  }
}

// MARK: Frames

extension NcursesScreen {
  private func differs(row: Int, of canvas: Canvas) -> Bool {
    guard let shown else { return true }
    let width = canvas.size.columns
    guard row < canvas.size.rows, width > 0 else { return false }
    let range = row * width..<(row + 1) * width
    let hasSameBytes = shown.cells.withUnsafeBytes { old in
      canvas.cells.withUnsafeBytes { new in
        let stride = MemoryLayout<Cell>.stride
        guard let old = old.baseAddress, let new = new.baseAddress else { return true }
        let start = range.lowerBound * stride
        return memcmp(old + start, new + start, width * stride) == 0
      }
    }
    // Other bytes can still be the same text: padding, or a long grapheme stored elsewhere.
    return !hasSameBytes && shown.cells[range] != canvas.cells[range]
  }

  private func put(row index: Int, of canvas: Canvas, columns: Int) {
    let width = canvas.size.columns
    row.removeAll(keepingCapacity: true)
    if index < canvas.size.rows {
      let cells = canvas.cells[index * width..<index * width + min(width, columns)]
      let drawn = DrawableRow.cells(of: cells, isASCII: isASCII) {
        Self.systemColumns(of: $0) == TextWidth.columns(of: $0)
      }
      for cell in drawn { row.append(Self.encode(cell)) }
    }
    let blank = Self.encode(.blank)
    while row.count < columns { row.append(blank) }
    cn_put_row(Int32(index), row, Int32(row.count))
  }

  private static func encode(_ cell: Cell) -> cn_cell {
    var encoded = cn_cell()
    encoded.foreground = cell.style.foreground.rawValue
    encoded.background = cell.style.background.rawValue
    encoded.bold = cell.style.isBold
    encoded.dim = cell.style.isDim
    encoded.reverse = cell.style.isReverse
    encoded.underlined = cell.style.isUnderlined
    guard let text = cell.text else { return encoded }
    if let byte = text.asciiValue {
      encoded.scalars.0 = UInt32(byte)
      encoded.scalar_count = 1
      return encoded
    }
    encoded.scalar_count = withUnsafeMutableBytes(of: &encoded.scalars) { bytes in
      let scalars = bytes.bindMemory(to: UInt32.self)
      var count = 0
      for scalar in text.unicodeScalars.prefix(scalars.count) {
        scalars[count] = scalar.value
        count += 1
      }
      return UInt8(count)
    }
    return encoded
  }
}

// MARK: Keys

extension NcursesScreen {
  private func nextInput() -> KeyDecoder.Input? {
    let event = cn_next_event()
    let position = Position(row: Int(event.row), column: Int(event.column))
    return switch event.kind {
    case .none: nil
    case .byte: .byte(UInt8(truncatingIfNeeded: event.value))
    case .function: .key(.function(Int(event.value)))
    case .up: .key(.up)
    case .down: .key(.down)
    case .left: .key(.left)
    case .right: .key(.right)
    case .home: .key(.home)
    case .end: .key(.end)
    case .pageUp: .key(.pageUp)
    case .pageDown: .key(.pageDown)
    case .enter: .key(.enter)
    case .backTab: .key(.backTab)
    case .backspace: .key(.backspace)
    case .delete: .key(.delete)
    case .pasteBegins: .pasteBegins
    case .pasteEnds: .pasteEnds
    case .focusGained: .key(.focusGained)
    case .focusLost: .key(.focusLost)
    case .wheelUp: .key(.wheelUp(position))
    case .wheelDown: .key(.wheelDown(position))
    case .click: .key(.click(position))
    case .unknown: .key(.unknown)
    }
  }
}

/// What was put into this program when it was built.
extension NcursesScreen {
  /// nil: the build was not told.
  package static var commit: String? {
    let text = String(cString: cn_commit())
    return text.isEmpty ? nil : text
  }

  package static var version: String { String(cString: cn_curses_version()) }

  /// Terminals that are served also where there is no terminal database.
  package static var builtInTerminals: [String] {
    String(cString: cn_builtin_terminals()).split(separator: " ").map(String.init)
  }
}
