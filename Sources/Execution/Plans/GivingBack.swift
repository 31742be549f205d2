import Basics
import Foundation
import SystemPackage

extension Keeper {
  /// The whole life of the process. Standard input is the debt, standard output the line; the caller
  /// has set signals that end us aside.
  package static func run() async -> Int32 {
    let input = FileHandle.standardInput.readDataToEndOfFile()
    guard let debt = try? JSONDecoder().decode(Debt.self, from: input) else { return 64 }
    let line = FileDescriptor.standardOutput
    guard (try? line.writeAll([isUp])) != nil else { return 64 }
    let limit = min(max(debt.limit.components.seconds, 0), 7 * 86_400)
    if hear(line, for: Int32(limit * 1_000)) == isOver { return 0 }
    await debt.giveBack()
    return 0
  }
}

extension Debt {
  private static let pause = Duration.seconds(5)
  /// A cluster that does not answer for so long is left to the next start.
  private static let patience = Duration.seconds(3_600)

  /// Again and again until it is given back, by whomever.
  func giveBack() async {
    let undo = UndoStore(folder: folder, context: context)
    let end = ContinuousClock.now + Self.patience
    // What makes it may still run by itself.
    while !JobFolder.running(in: folder).isEmpty, ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(100))
    }
    while undo.savedIDs.contains(id), ContinuousClock.now < end {
      if await isGivenBack() {
        try? undo.remove(id)
        try? undo.noteEnd(id)
        return
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  private func isGivenBack() async -> Bool {
    let executor = LocalExecutor(folder: folder, supervisor: nil, environment: environment)
    let journal = Journal(folder: journal, context: context)
    for var command in commands {
      // Its lines come first; a full disk must not keep it from being done.
      let ticket = try? journal.begin(command, step: id, redaction: Redaction(secrets: secrets))
      // As our own child: no file is needed for it, and nobody else sees to its end.
      command.changes = false
      guard let result = try? await executor.run(command) else { return false }
      try? ticket?.end(result)
      if !result.exit.isSuccess, !ToolFailure.isMissingObject(result) { return false }
    }
    return true
  }
}
