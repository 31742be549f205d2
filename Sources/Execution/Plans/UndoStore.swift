import Basics
import Foundation

/// The saved way back of one step.
package struct UndoRecord: Hashable, Sendable, Codable {
  /// The step (or remedy, or "pools").
  package var id: String
  package var title: String
  /// When it was first saved: before the first change it takes back.
  package var time: Date
  package var context: String
  /// In the order they are run.
  package var actions: [Action]
  /// What does not come back; nil if everything does.
  package var cannotUndo: String?
  /// Several runs, the first of them cut off, made what this takes back.
  package var isOfSeveralRuns: Bool?
  /// Files of the admin's that were edited; taken back before `actions`.
  package var files: [FileReversal]?

  package init(
    id: String, title: String, time: Date, context: String, actions: [Action],
    cannotUndo: String? = nil
  ) {
    self.id = id
    self.title = title
    self.time = time
    self.context = context
    self.actions = actions
    self.cannotUndo = cannotUndo
  }
}

/// Keeps the way back of each step beside the journal, one 0600 file each.
package struct UndoStore: Sendable {
  let folder: StateFolder
  private let context: String

  package init(folder: StateFolder, context: String) {
    self.folder = folder
    self.context = context
  }

  /// Saves the way back before the plan is run. A record that is there already, from a run that
  /// stopped half-way or an earlier change of the same step, is kept behind the new one: the latest
  /// change is taken back first.
  package func save(_ plan: Plan, at time: Date = Date()) throws(UserMessage) {
    guard !plan.undo.isEmpty else { return }
    var record = UndoRecord(
      id: plan.recordID, title: plan.title, time: time, context: context,
      actions: plan.undo.filter { !$0.isFile }, cannotUndo: plan.cannotUndo)
    // The text of a file never gets in here, so its old text cannot come out of here.
    let changes = plan.undo.compactMap(\.fileChange)
    let reversals = changes.compactMap(FileReversal.init)
    if !reversals.isEmpty { record.files = reversals }
    let lost = changes.map(\.path).filter { path in !reversals.contains { $0.path == path } }
    if !lost.isEmpty {
      record.addToCannotUndo("the old text of \(lost.joined(separator: ", ")) is not kept")
    }
    // The way back of a run that came to its end is replaced: only the latest change is taken back.
    if let older = try load(plan.recordID), unfinishedSince(plan.id) != nil {
      record.isOfSeveralRuns = true
      record.time = older.time
      record.actions += older.actions.filter { !record.actions.contains($0) }
      if record.files == nil { record.files = older.files }
      if let text = older.cannotUndo { record.addToCannotUndo(text) }
    }
    try JSONFile<UndoRecord>(path: path(of: plan.recordID), isPretty: true).write(record)
  }

  // MARK: Runs that were cut off

  /// Notes that a run begins; it counts as unfinished until `noteEnd`.
  package func noteBegin(_ id: String) throws(UserMessage) {
    try AtomicFile.createFolder(folder.unfinished)
    let now = Int(Date().timeIntervalSince1970)
    try AtomicFile.write(Data("\(now)\n".utf8), to: mark(of: id))
  }

  package func noteEnd(_ id: String) throws(UserMessage) { try AtomicFile.remove(mark(of: id)) }

  /// When the run began, in whole seconds; nil once one of the same id has come to its end.
  package func unfinishedSince(_ id: String) -> Date? {
    guard folder.foreignHand == nil,
      let bytes = try? AtomicFile.read(mark(of: id), isOwn: true)
    else { return nil }
    let seconds = Double(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
    return Date(timeIntervalSince1970: seconds ?? 0)
  }

  /// Ids with a record, readable or not.
  package var savedIDs: Set<String> {
    if folder.foreignHand != nil { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.undo)) ?? []
    return Set(names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) })
  }

  private func mark(of id: String) -> String { "\(folder.unfinished)/\(StateFolder.key(for: id))" }

  // MARK: Looking up

  /// nil where nothing is saved.
  package func load(_ id: String) throws(UserMessage) -> UndoRecord? {
    let path = path(of: id)
    guard access(path, F_OK) == 0 else { return nil }
    try folder.refuseIfOthersMayWrite()
    guard let bytes = try AtomicFile.read(path, isOwn: true) else { return nil }
    guard let record = JSONFile<UndoRecord>.decode(bytes), record.id == id else {
      throw UserMessage(
        "the saved way back of \(id) cannot be read", reason: "\(path) is damaged",
        advice: "move it aside; the way back of earlier changes is then not known"
      ).untold
    }
    guard record.isOfThisProgram else {
      throw UserMessage(
        "the saved way back of \(id) is not run",
        reason: "\(path) holds what no change of ours saves",
        advice: "see who wrote it, and move it aside")
    }
    return record
  }

  package func remove(_ id: String) throws(UserMessage) { try AtomicFile.remove(path(of: id)) }

  /// Every record that can be read, the latest first.
  package func all() -> [UndoRecord] {
    if folder.foreignHand != nil { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.undo)) ?? []
    let records = names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.compactMap { name in
      JSONFile<UndoRecord>(path: "\(folder.undo)/\(name)").value
    }.filter(\.isOfThisProgram)
    return records.sorted { ($1.time, $0.id) < ($0.time, $1.id) }
  }

  private func path(of id: String) -> String { "\(folder.undo)/\(StateFolder.key(for: id)).json" }
}

extension UndoRecord {
  /// Made of what changes of this program are made of: its tools, and times that can be counted with.
  fileprivate var isOfThisProgram: Bool {
    actions.allSatisfy { action in
      switch action {
      case .command(let command): command.isOfThisProgram
      case .wait(let wait):
        wait.probe.isOfThisProgram
          && [wait.limit, wait.interval, wait.steadiness].allSatisfy(Command.times.contains)
      case .file: false
      }
    }
  }

  fileprivate mutating func addToCannotUndo(_ text: String) {
    guard let known = cannotUndo else {
      cannotUndo = text
      return
    }
    if !known.contains(text) { cannotUndo = "\(known); \(text)" }
  }
}

extension Command {
  fileprivate var isOfThisProgram: Bool {
    [.kubectl, .helm, .ansiblePlaybook].contains(tool) && Self.times.contains(timeLimit)
  }
}

extension Action {
  fileprivate var fileChange: FileChange? {
    if case .file(let change) = self { change } else { nil }
  }

  fileprivate var isFile: Bool { fileChange != nil }
}
