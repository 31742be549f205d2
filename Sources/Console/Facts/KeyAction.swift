import ConsoleKit
import Execution
import IPLeasesCore

/// What a key asks for. None of these changes a cluster: the only way there is the typed word.
package enum KeyAction: Hashable, Sendable {
  case help, palette, find, nextHit, previousHit
  case problemsOnly, nextProblem, previousProblem
  case show(PaneID)
  case nextPart, previousPart, nextTab, previousTab
  case move(Movement)
  case left, right
  case nextGroup, previousGroup
  case open, why, close, back, quit, stop, suspend, redraw, zoom
  case plainPrint, activity, reread, rereadAll
  case copy, markdown, save, range
  case fold, plan, diff, setAside, rollBack, way
  /// What is seen now is what the watch compares with.
  case baseline
  /// Opens the line where the word of a plan is typed.
  case acceptLine
  /// Ages that run by themselves, on or off.
  case toggleClock
  case planOf(StepID)
  case planOfRemedy(RemedyID)
  /// Keys of parts this pane does not have; always off, with a reason.
  case add, remove, undo, redo, importRanges, exportRanges, poolSettings
  case pageUpInLogs, follow, keepHide, level, sources, previousLog, mark, nextMark, previousMark
  case timeForm, goToTime, wrap, histogram, lineStart, lineEnd
  /// Of a text line.
  case take, leave
}
