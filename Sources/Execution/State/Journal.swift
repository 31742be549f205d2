import Basics
import Foundation
import SystemPackage

/// The record of what was run: JSON lines, appended only. A command has a start line and an end
/// line; a start without an end still runs, or its end was never learned.
package struct Journal: Sendable {
  package let folder: StateFolder
  package let context: String

  /// The exit code of an entry whose command was cut off together with what watched it.
  package static let unknownExit: Int32 = -1
  /// Of each stream's end this much is kept, in bytes.
  static let tailLimit = 2_048
  /// A file larger than this becomes the older one.
  static let rotationSize = 8 << 20

  package init(folder: StateFolder, context: String) {
    self.folder = folder
    self.context = context
  }

  /// Writes the start line. Nothing may run before it is on disk.
  package func begin(
    _ command: Command, step: String, at time: Date = Date(), redaction: Redaction
  ) throws(UserMessage) -> JournalTicket {
    let ticket = JournalTicket(
      id: UUID().uuidString, journal: self, redaction: redaction, keepsOutput: !command.isDryRun)
    var line = JournalLine(id: ticket.id, isStart: true, time: time)
    line.context = context
    line.step = step
    line.argv = command.argv.map { SafeText.line(redaction.redacting($0)) }
    line.changes = command.changes
    try append(line)
    return ticket
  }

  /// Every entry, oldest first. Lines that cannot be read are skipped.
  ///
  /// - Parameter limit: no more than the last so many bytes are taken in.
  package func entries(limit: Int = 4 << 20) -> [JournalEntry] { contents(limit: limit).entries }

  /// Also how many lines are left out: those that are longer than any of ours, and what is no line
  /// of ours.
  package func contents(limit: Int = 4 << 20) -> (entries: [JournalEntry], skippedLines: Int) {
    let (lines, skipped) = read(limit: limit)
    var ids: [String] = []
    var entries: [String: JournalEntry] = [:]
    for line in lines {
      if line.isStart, let argv = line.argv {
        if entries[line.id] == nil { ids.append(line.id) }
        entries[line.id] = JournalEntry(
          time: line.time, context: line.context ?? "", step: line.step ?? "", argv: argv,
          changes: line.changes ?? false)
      } else if !line.isStart, let entry = entries[line.id],
        entry.seconds == nil || entry.exit == Self.unknownExit
      {
        entries[line.id]?.exit = line.exit
        entries[line.id]?.seconds = line.seconds ?? 0
        entries[line.id]?.stdoutTail = line.stdoutTail ?? ""
        entries[line.id]?.stderrTail = line.stderrTail ?? ""
      }
    }
    return (ids.compactMap { entries[$0] }, skipped)
  }

  /// Why it cannot be read; nil where it can, or nothing was written yet.
  package var problem: UserMessage? {
    for path in [folder.journal, folder.olderJournal] {
      do throws(UserMessage) { _ = try AtomicFile.read(path, limit: 1, isCutAtLimit: true) } catch {
        return error.untold
      }
    }
    return nil
  }

  /// Differs once something was written; "" while there is no journal.
  package var version: String {
    var status = stat()
    guard stat(folder.journal, &status) == 0 else { return "" }
    return "\(status.st_ino) \(status.st_size)"
  }

  /// The commands that have a start line only, with the time they began.
  func openTickets() -> [(id: String, began: Date)] {
    var began: [String: Date] = [:]
    for line in read(limit: Self.rotationSize).lines {
      began[line.id] = line.isStart ? line.time : nil
    }
    return began.map { ($0.key, $0.value) }.sorted { $0.began < $1.began }
  }

  func end(_ id: String, exit: Int32, seconds: Double, stdoutTail: String, stderrTail: String)
    throws(UserMessage)
  {
    var line = JournalLine(id: id, isStart: false, time: Date())
    line.exit = exit
    line.seconds = (seconds * 1000).rounded() / 1000
    line.stdoutTail = stdoutTail
    line.stderrTail = stderrTail
    try append(line)
  }

  /// The end of an output, redacted and made harmless. Redaction comes before the cut, so that a cut
  /// through a secret cannot save its second half.
  static func tail(of output: Data, redaction: Redaction) -> String {
    let window = 32 << 10
    var text = String(decoding: output.suffix(window), as: UTF8.self)
    if output.count > window, let newline = text.firstIndex(of: "\n") {
      text = String(text[text.index(after: newline)...])
    }
    let safe = SafeText.lines(redaction.redacting(text)).joined(separator: "\n")
    let whole = safe.trimmingCharacters(in: .newlines)
    guard whole.utf8.count > tailLimit else { return whole }
    // Decoding a cut inside a character would leave a mark: start at the next one.
    let kept = whole.utf8.suffix(tailLimit).drop { $0 & 0xC0 == 0x80 }
    return "…" + String(decoding: kept, as: UTF8.self)
  }

  // MARK: The file

  /// One write(2) with O_APPEND: lines of several processes never mix.
  private func append(_ line: JournalLine) throws(UserMessage) {
    let text: Data
    do { text = try line.encoded() } catch {
      throw UserMessage("could not write the journal \(folder.journal)", reason: "\(error)")
    }
    try folder.create()
    do throws(Errno) {
      let file = try openForAppending()
      var bytes = Data()
      let size = Int(try file.status.size)
      // A process killed while writing leaves half a line; it must not swallow ours.
      if size > 0, try file.read(at: size - 1, count: 1).first != UInt8(ascii: "\n") {
        bytes.append(UInt8(ascii: "\n"))
      }
      bytes.append(text)
      bytes.append(UInt8(ascii: "\n"))
      try file.write(bytes)
      try file.sync()
    } catch {
      throw FileFailure.message("could not write the journal \(folder.journal)", error)
    }
  }

  private func openForAppending() throws(Errno) -> OpenFile {
    while true {
      let file = try OpenFile(folder.journal, .readWrite, [.append, .create, .noFollow])
      if try file.status.size < Self.rotationSize { return file }
      // Two processes may both see a full file: only who holds its lock and still finds it in
      // place moves it.
      try file.lock(LOCK_EX)
      let opened = try file.status
      if let inPlace = try? Stat(folder.journal), inPlace.inode == opened.inode {
        try Errno.check { rename(folder.journal, folder.olderJournal) }
      }
    }
  }

  /// - Parameter limit: bytes of lines that are taken in.
  private func read(limit: Int) -> (lines: [JournalLine], skipped: Int) {
    let current = LastLines(
      of: folder.journal, limit: limit, lineLimit: JournalLine.sizeLimit)
    let rest = limit - current.lines.reduce(0) { $0 + $1.count }
    let older = LastLines(
      of: folder.olderJournal, limit: rest, lineLimit: JournalLine.sizeLimit)
    let all = older.lines + current.lines
    let known = all.map(JournalLine.init)
    // What a process that was killed left at the end is half a line of ours.
    let isTorn = current.isLastOpen && known.last.map { $0 == nil } ?? false
    let strange = known.count { $0 == nil } - (isTorn ? 1 : 0)
    return (known.compactMap(\.self), older.skipped + current.skipped + strange)
  }
}

/// A command whose start line is written; its end line is still owed.
package struct JournalTicket: Sendable {
  package let id: String
  package let journal: Journal
  package let redaction: Redaction
  /// False where the output may hold a whole release, Secrets and scripts with it.
  var keepsOutput = true

  /// Writes the end line.
  package func end(_ result: CommandResult) throws(UserMessage) {
    try journal.end(
      id, exit: result.exit.journalCode, seconds: result.duration.inSeconds,
      stdoutTail: keepsOutput
        ? Journal.tail(of: result.standardOutput, redaction: redaction) : "",
      stderrTail: Journal.tail(of: result.standardError, redaction: redaction))
  }

  /// Writes the end line of a command that could not be run, or was given up.
  package func end(_ exit: Int32, because message: String, after duration: Duration = .zero)
    throws(UserMessage)
  {
    try journal.end(
      id, exit: exit, seconds: duration.inSeconds, stdoutTail: "",
      stderrTail: Journal.tail(of: Data(message.utf8), redaction: redaction))
  }
}

extension CommandExit {
  /// As a shell would say it: a signal is 128 and its number, a time limit 124 (timeout(1)).
  package var journalCode: Int32 {
    switch self {
    case .code(let code): code
    case .signal(let signal): 128 + signal
    case .timedOut: 124
    case .outputTooLarge: 125
    }
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
