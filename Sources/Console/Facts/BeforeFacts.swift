import Basics
import ConsoleKit
import IPLeasesCore

/// What stands in a pane before the first facts: that they are being read, or why they are not.
package enum BeforeFacts {
  package static func lines(_ known: Known, columns: Int) -> [Line] {
    guard let problem = known.readProblem else { return [Line(" The cluster is being read.")] }
    func said(_ label: String, _ text: String) -> [Line] {
      text.isEmpty
        ? []
        : Line.labelled(" " + label, SafeText.line(text), indent: 7, columns: columns - 1)
    }
    return said("NOW", problem.what) + said("WHY", problem.reason ?? "the tool gave no reason")
      + said("DO", known.text(problem.advice ?? "r reads again"))
  }
}
