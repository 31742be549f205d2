import Basics
import Execution
import Foundation

/// Since when things were kept in a folder, by what stands in it and by the times of its files.
enum KeptTimes {
  /// nil where nothing is kept there.
  static func oldest(in folder: StateFolder) -> Date? {
    let undo = UndoStore(folder: folder, context: "")
    let journals = [folder.olderJournal, folder.journal]
    let asides = FindingStore(folder: folder).aside(at: .distantPast)
    var times = undo.all().map(\.time) + journals.compactMap(firstEntry)
    times += StepID.allCases.compactMap { undo.unfinishedSince($0.rawValue) }
    times += asides.values.map(\.since)
    times += [FindingStore(folder: folder).history.oldest].compactMap(\.self)
    times += DraftStore(folder: folder).all().values.map(\.savedAt)
    times += files(in: folder).compactMap(lastWrite)
    return times.min()
  }

  /// What a change of a file's name or a new lock does not touch: a file that was written before the
  /// cluster was made is of another one.
  private static func files(in folder: StateFolder) -> [String] {
    let undo = (try? FileManager.default.contentsOfDirectory(atPath: folder.undo)) ?? []
    return undo.map { "\(folder.undo)/\($0)" } + [folder.olderJournal, folder.journal]
      + folder.notes
  }

  private static func lastWrite(_ path: String) -> Date? {
    var found = stat()
    guard lstat(path, &found) == 0 else { return nil }
    // Whole seconds, as the cluster tells its own.
    return Date(timeIntervalSince1970: Double(found.st_mtim.tv_sec))
  }

  private static func firstEntry(of journal: String) -> Date? {
    let start = (try? AtomicFile.read(journal, limit: 64 << 10, isCutAtLimit: true)) ?? nil
    return start?.split(separator: UInt8(ascii: "\n")).lazy.compactMap(JournalLine.init).first?.time
  }
}
