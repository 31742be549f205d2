import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// What is shown as plain text: for the terminal, the clipboard, a file.
enum Export {
  private static let columns = 100

  static func perform(_ action: KeyAction, _ state: inout State) -> [Effect] {
    switch action {
    case .plainPrint: return [.plainPrint(lines(state))]
    case .markdown:
      state.notice = "Copied as Markdown."
      return [.copy("```\n" + text(state) + "```\n")]
    case .copy:
      guard let line = lineUnderCursor(state) else {
        state.notice = "There is nothing under the cursor to copy."
        return []
      }
      state.notice = "Copied: \(Text.cut(line, 60))"
      return [.copy(line)]
    case .save:
      let name = "ip-leases-\(subject(state).lowercased()).txt"
      state.layers.append(
        .input(TextInput(.save, prompt: "Save this as text in (mode 0600):", text: name)))
    default: break
    }
    return []
  }

  static func text(_ state: State) -> String { lines(state).joined(separator: "\n") + "\n" }

  /// The title and the whole of what is on screen, scrolled-out lines too.
  static func lines(_ state: State) -> [String] {
    let content = Screens.allLines(state, columns: columns)
    return [Frame.title(state, columns: columns).text, ""].map(trimmed)
      + content.map { trimmed($0.text) }
  }

  private static func subject(_ state: State) -> String {
    for layer in state.layers.reversed() {
      switch layer {
      case .plan: return "plan"
      case .run: return "run"
      case .activity: return "activity"
      case .help: return "help"
      case .reading: return "text"
      case .palette, .question, .input, .range, .logChoices, .menu: continue
      }
    }
    return state.pane.title
  }

  private static func lineUnderCursor(_ state: State) -> String? {
    switch state.layers.last {
    case nil:
      if state.pane == .steps, let report = StepsPane.underCursor(state) {
        return StepsScreen.commandText(report.id, state)
      }
      let pane = AllPanes.pane(state.pane)
      guard let place = pane.place(state) else { return nil }
      return pane.lines(state, columns: columns).first { $0.row == place }.map {
        trimmed($0.text).trimmingPrefix(while: { $0 == " " })
      }.map(String.init)
    case .plan(let plan): return ActionText.shellLines(plan.plan.actions).joined(separator: "\n")
    case .run: return state.run?.output.lines.last
    case .activity(let screen):
      let index = screen.cursor.index(in: state.activity.count)
      return ActivityScreen.entry(state, at: index).map { ShellQuoting.quote($0.argv) }
    case .reading(let reading):
      return reading.lines(columns: columns).map(\.text).joined(separator: "\n")
    case .help, .palette, .question, .input, .range, .logChoices, .menu: return nil
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
