import IPLeasesCore
import Terminal

/// A question that is answered with a text.
package struct TextInput: Hashable, Sendable {
  package enum Purpose: Hashable, Sendable {
    case find
    case setAside(StepID)
    case save
    /// The path of a file with ranges for the draft of a pool.
    case importRanges(pool: String)
    /// The path of the file the pool is written to.
    case exportPool(String)
  }

  package let purpose: Purpose
  package let prompt: String
  package var editor: LineEditor

  package init(_ purpose: Purpose, prompt: String, text: String = "") {
    self.purpose = purpose
    self.prompt = prompt
    editor = LineEditor(text)
  }
}
