/// A pane by its names. Each pane makes its own.
package struct PaneID: Hashable, Sendable {
  package let title: String
  /// The word of the command line that shows the same.
  package let commandWord: String
}
