import ConsoleKit
import Terminal

/// What lies over the panes, as a value with what the admin did in it. A new one is a file and the
/// place that opens it.
package protocol Overlay: Sendable {
  /// What it is called in the name of a file; nil for one that covers nothing.
  var name: String? { get }
  /// It stands where the pane was.
  var isCovering: Bool { get }
  /// In the place of the tabs.
  func heading(_ scene: Scene, columns: Int) -> Line?
  /// All of it, for a print; nil: what lies beneath is printed.
  func text(_ scene: Scene, columns: Int) -> [Line]?
  func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas)
  /// What is asked below the content.
  func bottom(_ scene: Scene, columns: Int) -> Bottom
  /// The sentence in the message row; nil: what the console says itself.
  func hint(_ scene: Scene) -> String?
  /// What `y` takes.
  func copied(_ scene: Scene) -> String?

  func keys(_ scene: Scene) -> KeyTable
  /// As of a pane.
  func reasonOff(_ action: KeyAction, _ scene: Scene, elsewhere: String?) -> String?
  /// A key before any table, for overlays where letters are text.
  ///
  /// - Returns: nil where the tables say what it does.
  mutating func press(_ key: Key, _ scene: Scene) -> [Move]?
  /// - Returns: nil for an action left to the rule that holds everywhere.
  mutating func handle(_ action: KeyAction, _ scene: Scene) -> [Move]?

  /// Keys are dropped until its line has been on the screen.
  var isDroppingKeys: Bool { get }
  /// Every key that had arrived before the line was on screen has been taken.
  mutating func inputDrained() -> [Move]
  /// A key that goes before all others in the keys row.
  func firstHint(_ scene: Scene) -> String?
  /// It was meant for the cluster that answers now, and goes when another one does.
  var isOfCluster: Bool { get }
  /// It asks about the running plan, and goes when that has ended.
  var isAboutRun: Bool { get }
}

/// What stands below the content while something is asked.
package struct Bottom {
  /// The question, in the last rows of the content.
  package var lines: [Line] = []
  /// The text line, in the message row.
  package var editor: LineEditor?
  /// Keys are taken; before that the line has no caret.
  package var isListening = true
  /// The message row stays empty where nothing is typed in it.
  package var hidesMessage = false

  package init(
    lines: [Line] = [], editor: LineEditor? = nil, isListening: Bool = true,
    hidesMessage: Bool = false
  ) {
    self.lines = lines
    self.editor = editor
    self.isListening = isListening
    self.hidesMessage = hidesMessage
  }
}

/// The keys that an overlay has.
package enum KeyTable {
  /// Its own under a title, before those that work everywhere.
  case beside(title: String, [Binding])
  /// No others.
  case alone([Binding])
  /// Letters are text; what there is beside the keys of every such line.
  case textLine([Binding] = [])
}

extension Overlay {
  package var name: String? { nil }
  package var isCovering: Bool { name != nil }
  package func heading(_ scene: Scene, columns: Int) -> Line? { nil }
  package func text(_ scene: Scene, columns: Int) -> [Line]? { nil }
  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {}
  package func bottom(_ scene: Scene, columns: Int) -> Bottom { Bottom() }
  package func hint(_ scene: Scene) -> String? { nil }
  package func copied(_ scene: Scene) -> String? { nil }
  package func keys(_ scene: Scene) -> KeyTable { .beside(title: "", []) }
  package func reasonOff(_ action: KeyAction, _ scene: Scene, elsewhere: String?) -> String? {
    elsewhere
  }
  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? { nil }
  package mutating func handle(_ action: KeyAction, _ scene: Scene) -> [Move]? { nil }
  package var isDroppingKeys: Bool { false }
  package mutating func inputDrained() -> [Move] { [] }
  package func firstHint(_ scene: Scene) -> String? { nil }
  package var isOfCluster: Bool { false }
  package var isAboutRun: Bool { false }
}
