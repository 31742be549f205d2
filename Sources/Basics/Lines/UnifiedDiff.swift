/// The difference of two texts, as `diff -u` prints it.
package enum UnifiedDiff {
  /// "" where the texts are the same. `patch` turns the old text into the new one with it.
  package static func make(
    old: String, new: String, name: String, context: Int = 3
  ) -> String {
    let old = FileLines(old)
    let new = FileLines(new)
    return make(
      old: old, new: new, name: name, context: context,
      showOld: old.withReturns, showNew: new.withReturns)
  }

  /// The texts are compared as they are; `showOld` and `showNew` say what stands in the diff for
  /// a line, numbered from 0.
  package static func make(
    old: FileLines, new: FileLines, name: String, context: Int = 3,
    showOld: (Int) -> String, showNew: (Int) -> String
  ) -> String {
    let steps = LineDifference.steps(from: old.comparable, to: new.comparable)
    let hunks = hunks(of: steps, context: max(context, 0))
    if hunks.isEmpty { return "" }
    var text = "--- \(name)\n+++ \(name)\n"
    for hunk in hunks {
      text += header(hunk)
      for step in hunk {
        switch step {
        case .keep(let oldLine, _):
          text += " \(showOld(oldLine))\n" + mark(old, oldLine)
        case .remove(let oldLine, _):
          text += "-\(showOld(oldLine))\n" + mark(old, oldLine)
        case .insert(_, let newLine):
          text += "+\(showNew(newLine))\n" + mark(new, newLine)
        }
      }
    }
    return text
  }

  private static func mark(_ lines: FileLines, _ index: Int) -> String {
    index == lines.count - 1 && !lines.endsWithNewline ? "\\ No newline at end of file\n" : ""
  }

  private static func hunks(
    of steps: [LineDifference.Step], context: Int
  ) -> [ArraySlice<LineDifference.Step>] {
    let changes = steps.indices.filter { !steps[$0].isKept }
    var spans: [Range<Int>] = []
    for index in changes {
      let span = max(0, index - context)..<min(steps.count, index + context + 1)
      if let last = spans.last, span.lowerBound <= last.upperBound {
        spans[spans.count - 1] = last.lowerBound..<span.upperBound
      } else {
        spans.append(span)
      }
    }
    return spans.map { steps[$0] }
  }

  private static func header(_ hunk: ArraySlice<LineDifference.Step>) -> String {
    guard let first = hunk.first else { return "" }
    let oldCount = hunk.count { !$0.isInsertion }
    let newCount = hunk.count { !$0.isRemoval }
    let oldStart = first.oldLine + (oldCount == 0 ? 0 : 1)
    let newStart = first.newLine + (newCount == 0 ? 0 : 1)
    func span(_ start: Int, _ count: Int) -> String {
      count == 1 ? "\(start)" : "\(start),\(count)"
    }
    return "@@ -\(span(oldStart, oldCount)) +\(span(newStart, newCount)) @@\n"
  }
}
