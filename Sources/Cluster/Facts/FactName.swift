/// What can be read of a cluster. A step or check names the facts it looks at; each has a file of its
/// own, which says what it means and how it is read.
package struct FactName: Hashable, Sendable {
  package let rawValue: String

  package init(_ rawValue: String) { self.rawValue = rawValue }

  package static var allCases: [FactName] { AllFacts.definitions.map(\.name) }
}
