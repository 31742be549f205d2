import CPseudoTerminal
import Foundation
import Glibc

/// A program running in a terminal of its own, whose screen can be read.
///
/// Waits last until what they wait for is there, and answer false where it never comes. What still runs
/// when the value goes away is killed.
package final class PseudoTerminal {
  /// One character position of the terminal. Colours are palette indexes, -1 the default.
  package struct Cell: Hashable, CustomStringConvertible {
    package var text: String
    package var foreground = -1
    package var background = -1
    package var isBold = false
    package var isReverse = false
    package var isUnderlined = false

    package init(
      text: String, foreground: Int = -1, background: Int = -1, isBold: Bool = false,
      isReverse: Bool = false, isUnderlined: Bool = false
    ) {
      self.text = text
      self.foreground = foreground
      self.background = background
      self.isBold = isBold
      self.isReverse = isReverse
      self.isUnderlined = isUnderlined
    }

    package var description: String {
      let marks = [(isBold, "bold"), (isReverse, "reverse"), (isUnderlined, "underlined")]
      let words = marks.compactMap { $0.0 ? $0.1 : nil }.joined(separator: " ")
      return "“\(text)” \(foreground) on \(background) \(words)"
    }
  }

  package enum Ending: Hashable {
    case exited(Int32)
    case signaled(Int32)
    case stillRunning
  }

  package struct StartFailed: Error {
    package let reason: String

    package init(reason: String) { self.reason = reason }
  }

  /// The screen may be in the middle of a frame until this long nothing more has come from a program
  /// that has nothing to do.
  package static let silence = Duration.milliseconds(20)

  private let terminal: OpaquePointer
  package private(set) var rows: Int
  package private(set) var columns: Int

  /// Starts `arguments[0]`, a path, with exactly this environment and SWIFT_BACKTRACE off.
  package init(
    _ arguments: [String], environment: [String: String] = PseudoTerminal.plainEnvironment,
    folder: String? = nil, rows: Int = 24, columns: Int = 80
  ) throws {
    var variables = environment
    variables["SWIFT_BACKTRACE"] = variables["SWIFT_BACKTRACE"] ?? "enable=no"
    let argv = CStrings(arguments)
    let envp = CStrings(variables.map { "\($0.key)=\($0.value)" })
    var error: Int32 = 0
    let started = withExtendedLifetime((argv, envp)) {
      cpt_start(argv.pointers, envp.pointers, folder, Int32(rows), Int32(columns), &error)
    }
    guard let started else {
      throw StartFailed(reason: "\(arguments[0]): \(String(cString: strerror(error)))")
    }
    terminal = started
    self.rows = rows
    self.columns = columns
  }

  deinit {
    cpt_free(terminal)
  }

  /// A terminal with colours in a UTF-8 locale, and the PATH and HOME of the tests.
  package static var plainEnvironment: [String: String] {
    var environment = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
    for name in ["PATH", "HOME"] {
      environment[name] = ProcessInfo.processInfo.environment[name]
    }
    return environment
  }

  // MARK: Doing

  @discardableResult
  package func send(_ text: String) -> Bool {
    send(Array(text.utf8))
  }

  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return true }
      return cpt_send(terminal, start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
  }

  package func resize(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cpt_resize(terminal, Int32(rows), Int32(columns))
  }

  /// Tells the program a size that the screen here keeps out of, such as one without any cell.
  package func resizeProgramOnly(rows: Int, columns: Int) {
    cpt_set_size(terminal, Int32(rows), Int32(columns))
  }

  /// Sends a signal to the program itself, not to its children.
  package func signal(_ number: Int32) {
    cpt_signal(terminal, number)
  }

  /// Closes the terminal, as a line that is cut does. Nothing can be read afterwards.
  package func hangUp() {
    cpt_hang_up(terminal)
  }

  // MARK: Waiting

  /// Waits until the screen holds `text` and the frame is complete.
  package func waitFor(_ text: String, silence: Duration = silence) -> Bool {
    wait(silence: silence) { $0.screenText.contains(text) }
  }

  /// The console has read its cluster: behind its tabs it says as of when, or since when nothing
  /// changed.
  package func waitForFacts() -> Bool {
    wait { $0.line(1).contains("1 Overview") && $0.line(1).contains(#/\d\d:\d\d:\d\dZ/#) }
  }

  /// Waits until `condition` holds and the program rests: for as long as `silence` nothing more has
  /// come, and none of its threads has anything to do. A silence of zero asks for the condition only.
  package func wait(
    silence: Duration = silence, until condition: (PseudoTerminal) -> Bool
  ) -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + patience
    while true {
      // Not until nothing comes: a program may never pause.
      var reads = 0
      while reads < 64, cpt_pump(terminal, 0) > 0 { reads += 1 }
      let holds = condition(self)
      if holds, silence == .zero || isAtRest(for: silence) { return true }
      guard clock.now < end else { return false }
      // Where it holds, more has just come or is about to: look again at once.
      if !holds, pump(.milliseconds(100)) < 0 { return condition(self) }
    }
  }

  /// Waits until `condition` holds, looked at after each read. Returns when the bytes that made it
  /// hold had come; nil where it did not hold in time.
  package func moment(
    timeout: Duration = patience, until condition: (PseudoTerminal) -> Bool
  ) -> ContinuousClock.Instant? {
    let clock = ContinuousClock()
    let end = clock.now + timeout
    while clock.now < end {
      let count = pump(end - clock.now)
      let now = clock.now
      if count > 0, condition(self) { return now }
      if count < 0 { return nil }
    }
    return nil
  }

  /// Waits until the program rests; false where it never does.
  @discardableResult
  package func settle(_ silence: Duration = silence) -> Bool {
    wait(silence: silence) { _ in true }
  }

  /// Takes in what is sent for this long, whatever it is. Returns the number of bytes.
  package func watch(for time: Duration) -> Int {
    let before = bytesReceived
    _ = moment(timeout: time) { _ in false }
    return bytesReceived - before
  }

  /// Waits for the end of the program, and takes in what it still sends unless `reading` is off.
  package func waitExit(reading: Bool = true) -> Ending {
    let clock = ContinuousClock()
    let end = clock.now + patience
    while true {
      if let ending = ending(reading: reading) { return ending }
      guard clock.now < end else { return .stillRunning }
      let slice = Duration.milliseconds(100)
      if reading { _ = pump(slice) } else { waitForEndOnly(slice) }
    }
  }

  /// How the program has ended; nil while it runs.
  package func ending(reading: Bool = true) -> Ending? {
    var status: Int32 = 0
    guard cpt_exited(terminal, &status) else { return nil }
    if reading { while cpt_pump(terminal, 0) > 0 {} }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
  }

  // MARK: Reading

  /// The screen's lines without the blanks at their ends.
  package var screenText: String { (0..<rows).map(line).joined(separator: "\n") }

  package func line(_ row: Int) -> String {
    var text = ""
    var column = 0
    while column < columns {
      let cell = cpt_cell_at(terminal, Int32(row), Int32(column))
      text += Self.text(of: cell)
      column += max(1, Int(cell.width))
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  package func cell(_ row: Int, _ column: Int) -> Cell {
    let cell = cpt_cell_at(terminal, Int32(row), Int32(column))
    return Cell(
      text: Self.text(of: cell), foreground: Int(cell.foreground),
      background: Int(cell.background), isBold: cell.bold, isReverse: cell.reverse,
      isUnderlined: cell.underlined)
  }

  /// Row and column, from 0.
  package var cursor: (row: Int, column: Int) {
    let state = cpt_state_now(terminal)
    return (Int(state.cursor_row), Int(state.cursor_column))
  }

  package var cursorVisible: Bool { cpt_state_now(terminal).cursor_visible }
  package var isAlternateScreen: Bool { cpt_state_now(terminal).alternate_screen }
  package var isCooked: Bool { cpt_state_now(terminal).cooked }
  package var processID: Int32 { cpt_pid(terminal) }

  /// How many bytes the program has sent.
  package var bytesReceived: Int {
    var count = 0
    _ = cpt_output(terminal, &count)
    return count
  }

  /// All that the program has sent, escape sequences included.
  package var output: [UInt8] {
    var count = 0
    let start = cpt_output(terminal, &count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// Whether these bytes were ever sent to the terminal, for things that must not be.
  package func hasSent(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    return cpt_has_sent(terminal, wanted, wanted.count)
  }

  // MARK: Helpers

  /// A program that got no core looks as silent as one that has nothing to say: it is told apart by
  /// its threads, none of which waits for a core while it sleeps.
  private func isAtRest(for silence: Duration) -> Bool {
    let count = pump(silence)
    guard count == 0 else { return count < 0 }
    // A shell has the program of its command line in front.
    return ![processID, cpt_foreground(terminal)].contains(where: ProcessTable.isBusy)
  }

  private func pump(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return cpt_pump(terminal, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  private func waitForEndOnly(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    cpt_wait_end(terminal, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  private static func text(of cell: cpt_cell) -> String {
    let scalars = cell.scalars
    var text = String.UnicodeScalarView()
    for value in [scalars.0, scalars.1, scalars.2, scalars.3, scalars.4, scalars.5] {
      guard value != 0, let scalar = Unicode.Scalar(value) else { break }
      text.append(scalar)
    }
    return text.isEmpty ? " " : String(text)
  }
}

/// A NULL-terminated array of C strings for the time of one call.
private final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  package init(_ strings: [String]) {
    count = strings.count
    pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() {
      (pointers + index).initialize(to: strdup(string))
    }
    (pointers + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }
}
