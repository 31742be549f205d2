import IPLeasesCore
import Terminal

/// Where the logs are: the commands that show them, to be copied.
package struct LogsPane: Pane, Hashable, Sendable {
  package var cursor = ListCursor()

  package static let id = PaneID.logs
  package static var cursor: WritableKeyPath<State, ListCursor> { \.logs.cursor }

  package static let keys: [KeyBinding] = [
    off(" ", "Page down", "page down", .fold),
    off("b", "Page up", "page up", .pageUpInLogs),
    off("F", "Follow", "follow the end on or off", .follow),
    off("&", "Keep/hide", "lines to keep or hide", .keepHide),
    off("L", "Level", "lowest level shown", .level),
    off("s", "Sources", "which pods and containers", .sources),
    off("p", "Previous", "log of the container before its restart", .previousLog),
    off("m", "Mark", "mark the line", .mark),
    off("'", "Next mark", "next mark", .nextMark),
    off("\"", "Previous mark", "previous mark", .previousMark),
    off("t", "Time", "clock time, since start, off", .timeForm),
    off("T", "Go to time", "asks a time", .goToTime),
    off("w", "Wrap", "long lines wrap or run out", .wrap),
    off("H", "Hist", "strip of counts over time", .histogram),
    off("0", "Line start", "line start", .lineStart),
    off("$", "Line end", "line end", .lineEnd),
  ]

  package init() {}

  package static func count(_ state: State) -> String { "" }

  package static func rows(_ state: State) -> [PaneRow] {
    sources(state).map { PaneRow($0.title + " " + $0.command.shellText) }
  }

  package static func hint(_ state: State) -> String {
    "y copies the command under the cursor. It follows the log until Ctrl-C."
  }

  package static func handle(_ action: KeyAction, _ state: inout State) -> [Effect]? {
    guard action == .copy || action == .open || action == .why else { return nil }
    guard let place = place(state) else { return [] }
    let source = sources(state)[place]
    if action == .why {
      state.notice = source.look
      return []
    }
    state.notice = "Copied the command that follows the log of \(source.title)."
    return [.copy(source.command.shellText)]
  }

  package static func lines(_ state: State, columns: Int) -> [Line] {
    let intro =
      "Logs come through kubectl, in a second window or after Ctrl-Z. y copies the command under "
      + "the cursor, i says what to look for."
    var lines = Text.wrap(intro, columns - 2).map { Line(" " + $0) }
    for (row, source) in sources(state).enumerated() {
      lines.append(Line(""))
      lines.append(Line("  ", row: row).adding(source.title, Theme.label))
      lines += Text.wrapCommand(source.command.argv, columns - 6).map { Line("    " + $0) }
    }
    return lines
  }

  // MARK: Helpers

  private struct Source {
    var title: String
    var command: Command
    /// What to look for in it.
    var look: String
  }

  private static func sources(_ state: State) -> [Source] {
    let kubectl = Kubectl(state.settings.connection)
    let prefix = state.way == .helm ? "metallb-" : ""
    let akash = ConsoleSettings.akashNamespace
    let metallb = ConsoleSettings.metallbNamespace
    return [
      Source(
        title: "IP operator",
        command: kubectl.followLogs(of: "deployment/operator-ip", namespace: akash),
        look: "\"barrier is locked\": the operator has no counts yet; step Capacity says why."),
      Source(
        title: "Provider",
        command: kubectl.followLogs(of: "statefulset/akash-provider", namespace: akash),
        look: "Whether it waits for the operator at its start, and what it bids on."),
      Source(
        title: "MetalLB controller",
        command: kubectl.followLogs(of: "deployment/\(prefix)controller", namespace: metallb),
        look: "Which address went to which Service, and configurations that were refused."),
      Source(
        title: "MetalLB speakers",
        command: kubectl.followLogs(of: "daemonset/\(prefix)speaker", namespace: metallb),
        look: "Which node announces which address."),
    ]
  }

  private static func off(
    _ key: Character, _ word: String, _ meaning: String, _ action: KeyAction
  ) -> KeyBinding {
    KeyBinding(
      [.character(key)], word, meaning, action,
      off: { _ in "logs are read with the commands of this pane" })
  }
}
