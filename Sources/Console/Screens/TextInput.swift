import IPLeasesCore
import Terminal

/// A question that is answered with a text.
package struct TextInput: Hashable, Sendable {
  package enum Purpose: Hashable, Sendable {
    case find
    case setAside(StepID)
    case save
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
