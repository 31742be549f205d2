import ConsoleKit
import IPLeasesCore
import Logs
import Terminal

/// A list over the Logs pane whose entries are switched on and off: the sources, or the patterns of
/// the filter.
package struct LogChoices: Overlay {
  package enum Kind: Hashable, Sendable {
    case sources, filters
  }

  package let kind: Kind
  package private(set) var cursor = ListCursor()

  package init(_ kind: Kind) { self.kind = kind }

  /// All containers that share a tag: a pod and its successors.
  struct SourceTag {
    var tag: String
    var role: LogRole
    var source: LogSource
    var lines: Int
    var problems: Int
    var clockAhead: Duration
  }

  /// In the order in which they were first heard of, those of one program together.
  static func sourceTags(_ view: LogView) -> [SourceTag] {
    var tags: [SourceTag] = []
    for count in view.sources {
      if let at = tags.firstIndex(where: { $0.tag == count.source.tag }) {
        tags[at].source = count.source
        tags[at].lines += count.lines
        tags[at].problems += count.problems
        if count.lines > 0 { tags[at].clockAhead = count.clockAhead }
      } else {
        tags.append(
          SourceTag(
            tag: count.source.tag, role: count.source.role, source: count.source,
            lines: count.lines, problems: count.problems, clockAhead: count.clockAhead))
      }
    }
    let order = LogRole.allCases
    func rank(_ tag: SourceTag) -> (Int, String) {
      // The operator's log says most about leased addresses.
      (tag.role == .operator ? -1 : order.firstIndex(of: tag.role) ?? 0, tag.tag)
    }
    return tags.sorted { rank($0) < rank($1) }
  }

  private func tags(_ scene: Scene) -> [SourceTag] { Self.sourceTags(scene.known.logView) }

  private func patterns(_ scene: Scene) -> [LogPatternFilter] {
    scene.panes[LogsPane.self].patterns
  }

  private func count(_ scene: Scene) -> Int {
    switch kind {
    case .sources: tags(scene).count
    case .filters: patterns(scene).count
    }
  }

  package func keys(_ scene: Scene) -> KeyTable { .alone(bindings) }

  private var bindings: [Binding] {
    let switching = Binding(
      [.character(" "), .enter], "On/off", "show or leave out", .take, bar: 1)
    let leaving = Binding([.escape, .character("q")], "Close", "back to the lines", .leave, bar: 5)
    switch kind {
    case .sources:
      return [
        switching,
        Binding([.character("o")], "Only this", "leave out all others", .take, bar: 2),
        Binding([.character("a")], "All", "show all", .take, bar: 3), leaving,
      ]
    case .filters:
      return [
        switching,
        Binding([.character("&"), .character("+")], "New", "type another", .take, bar: 2),
        Binding(
          [.character("-"), .character("x")], "Remove", "take it off the list", .take, bar: 3),
        leaving,
      ]
    }
  }

  package func draw(_ scene: Scene, in rect: Rect, on canvas: inout Canvas) {
    let lines = lines(scene, columns: rect.columns)
    canvas.draw(
      lines, under: .rule(title, columns: rect.columns), cursor: cursor.index(in: lines.count),
      rows: lines.count + 1, below: rect)
  }

  private func lines(_ scene: Scene, columns: Int) -> [Line] {
    switch kind {
    case .sources:
      let hidden = scene.panes[LogsPane.self].hiddenTags
      let table = Table(
        [
          .fixed(2), .fixed(4), .fixed(6), .fixed(21, gap: 1), .fixed(8, "", .right, gap: 1),
          .fixed(9, gap: 2), .growing(1),
        ], indent: 2, in: columns)
      return tags(scene).enumerated().map { index, entry in
        table.line(cells(entry, index, isShown: !hidden.contains(entry.tag)), row: index)
      }
    case .filters:
      let table = Table(
        [.fixed(2), .fixed(4), .fixed(6), .fixed(12), .growing(1)], indent: 2, in: columns - 1)
      return patterns(scene).enumerated().map { index, filter in
        table.line(
          [
            digit(index), Self.box(filter.isOn), filter.isHiding ? "hide" : "keep",
            filter.pattern.kind == .regex ? "expression" : "text", filter.pattern.shown,
          ].map { Table.Cell($0) }, row: index)
      }
    }
  }

  private func cells(_ entry: SourceTag, _ index: Int, isShown: Bool) -> [Table.Cell] {
    let problems = entry.problems == 0 ? "" : "\(entry.problems) err"
    let seconds = entry.clockAhead.components.seconds
    let clock = seconds == 0 ? "" : "its clock is \(seconds) s ahead, "
    return [
      digit(index), Self.box(isShown), LogColumns.tag(of: entry.source),
      LogNames.title(entry.source), LogText.grouped(entry.lines),
    ].map { Table.Cell($0) } + [
      Table.Cell(problems, Theme.style(of: LogLevel.error)),
      Table.Cell(clock + LogNames.place(entry.source)),
    ]
  }

  private static func box(_ isOn: Bool) -> String { isOn ? "[x] " : "[ ] " }

  private func digit(_ index: Int) -> String { index < 9 ? "\(index + 1)" : "" }

  private var title: String {
    switch kind {
    case .sources: "Sources of log lines"
    case .filters: "Lines to keep or hide"
    }
  }

  package func hint(_ scene: Scene) -> String? {
    switch kind {
    case .sources: "What is left out is read and kept all the same."
    case .filters: "A line stays where it has one of those to keep and none of those to hide."
    }
  }

  // MARK: Keys

  package mutating func press(_ key: Key, _ scene: Scene) -> [Move]? {
    let count = count(scene)
    switch ListKeys.press(key, &cursor, count: count) {
    case .left: return [.close]
    case .asksHelp: return [.act(.help)]
    case .moved: return []
    case .other: break
    }
    let place = cursor.index(in: count)
    switch (key, kind) {
    case (.enter, _), (.character(" "), _): return turn(place, scene)
    case (.character("1"..."9"), _):
      guard case .character(let digit) = key, let number = digit.wholeNumberValue,
        number <= count
      else { return [.say("There is no entry \(key.name).")] }
      cursor.index = number - 1
      return turn(number - 1, scene)
    case (.character("a"), .sources): return Self.hide { _, _ in [] }
    case (.character("o"), .sources):
      return Self.hide { tags, earlier in
        tags.indices.contains(place) ? Set(tags).subtracting([tags[place]]) : earlier
      }
    case (.character("&"), .filters), (.character("+"), .filters):
      return [.close, .open(LogsPane.filterInput())]
    case (.character("-"), .filters), (.character("x"), .filters):
      return (count == 1 ? [.close] : [])
        + Self.changePatterns { if $0.indices.contains(place) { $0.remove(at: place) } }
    default: return [.say("\(key.name) does nothing here.")]
    }
  }

  private func turn(_ place: Int, _ scene: Scene) -> [Move] {
    switch kind {
    case .sources:
      Self.hide { tags, earlier in
        tags.indices.contains(place) ? earlier.symmetricDifference([tags[place]]) : earlier
      }
    case .filters:
      Self.changePatterns { if $0.indices.contains(place) { $0[place].isOn.toggle() } }
    }
  }

  private static func hide(
    _ choose: @escaping @Sendable (_ tags: [String], _ earlier: Set<String>) -> Set<String>
  ) -> [Move] {
    [
      .change { (pane: inout LogsPane, known) in
        pane.hiddenTags = choose(sourceTags(known.logView).map(\.tag), pane.hiddenTags)
        return []
      }
    ]
  }

  private static func changePatterns(
    _ change: @escaping @Sendable (inout [LogPatternFilter]) -> Void
  ) -> [Move] {
    [
      .change { (pane: inout LogsPane, _) in
        change(&pane.patterns)
        return []
      }
    ]
  }
}
