import Basics
import Cluster
import ConsoleKit
import IPLeasesCore

/// From where a pool is announced: the nodes and interfaces of the advertisements that announce it.
enum PoolReach {
  /// What fits beside the title of an entry; the rest stands under it.
  private static let valueColumns = 22

  /// None for an advertisement that does not announce the pool.
  static func entries(
    _ advertisement: L2Advertisement, _ live: LivePool, _ options: PoolOptions
  ) -> [Menu.Entry] {
    let name = advertisement.metadata.name
    guard options.announcements[name] ?? advertisement.covers(pool: live.object) else { return [] }
    let now = AnnouncementReach(advertisement)
    let wanted = options.reaches[name]
    return AnnouncementReach.Part.allCases.map { part in
      let isChanged = wanted?[part] != nil
      let text = words(wanted?[part] ?? now[part], part)
      let isLong = text.count > valueColumns
      return Menu.Entry(
        title: "   its \(part.rawValue)", value: isLong ? "some, not all" : text,
        details: (isLong ? [text] : []) + (isChanged ? ["was: \(words(now[part], part))"] : []),
        style: isChanged ? Theme.added : .plain,
        moves: PoolSettings.moves(.reach(ReachQuestion(advertisement: name, part: part))))
    }
  }

  /// What the draft changes, a line each.
  static func changes(_ live: LivePool, _ options: PoolOptions) -> [DraftChange] {
    live.advertisements.flatMap { advertisement -> [DraftChange] in
      let name = SafeText.line(advertisement.metadata.name, limit: 80)
      let now = AnnouncementReach(advertisement)
      return AnnouncementReach.Part.allCases.flatMap { part -> [DraftChange] in
        guard let wanted = options.reaches[advertisement.metadata.name]?[part] else { return [] }
        return [
          DraftChange(.removed, "\(part.rawValue) of \(name): \(words(now[part], part))"),
          DraftChange(.added, "\(part.rawValue) of \(name): \(words(wanted, part))"),
        ]
      }
    }
  }

  private static func words(_ list: [String]?, _ part: AnnouncementReach.Part) -> String {
    guard let list, !list.isEmpty else { return "every one" }
    return SafeText.line(AnnouncementReach.text(list, part), limit: 300)
  }

  // MARK: Asking

  static func ask(_ question: ReachQuestion, _ live: LivePool, _ options: PoolOptions) -> [Move] {
    let name = question.advertisement
    guard let now = live.advertisements.first(where: { $0.metadata.name == name }) else {
      return []
    }
    let wanted = options.reaches[name]?[question.part]
    let list = wanted ?? AnnouncementReach(now)[question.part] ?? []
    let shown = SafeText.line(name, limit: 60)
    let prompt =
      switch question.part {
      case .nodes:
        "Nodes that announce for \(shown): labels as kubectl -l takes them, the word or between "
          + "several; empty: every node."
      case .interfaces:
        "Interfaces of the nodes that \(shown) is announced on, a blank between them; empty: "
          + "every one."
      }
    let pool = live.name
    @Sendable func newest(_ known: Known) -> LivePool? {
      known.facts?.livePools.first { $0.name == pool }
    }
    return [
      .open(
        TextInput(
          prompt, text: SafeText.line(AnnouncementReach.text(list, question.part), limit: 2_000),
          remarks: { text, known, columns in
            newest(known).map { lines(text, question, $0, columns: columns) } ?? []
          },
          refusal: { text, known in
            guard let live = newest(known),
              problems(text, question, live).contains(where: { $0.severity == .error })
            else { return nil }
            return "Not taken as it is; Esc leaves."
          },
          take: { text, _ in [.change { take(text, question, &$0, $1) }] }))
    ]
  }

  /// What would be wrong with the text as the answer.
  private static func problems(
    _ text: String, _ question: ReachQuestion, _ live: LivePool
  ) -> [PoolProblem] {
    var reach = AnnouncementReach()
    reach[question.part] = AnnouncementReach.list(text, question.part)
    let others = live.announcedBeside[question.advertisement] ?? []
    return reach.problems(
      of: question.advertisement, nodes: live.context.nodeLabels, others: others)
  }

  private static func lines(
    _ text: String, _ question: ReachQuestion, _ live: LivePool, columns: Int
  ) -> [Line] {
    let found = problems(text, question, live)
    var lines: [Line] = []
    for problem in found.prefix(3) {
      let word: StateWord = problem.severity == .error ? .fail : .warn
      lines += Line.labelled(
        " " + word.rawValue, SafeText.line(problem.message), indent: 7, columns: columns - 1
      ).prefix(3)
    }
    if let fix = found.first?.fix {
      lines += Line.labelled(" try", SafeText.line(fix.text()), indent: 7, columns: columns - 1)
        .prefix(2)
    }
    if question.part == .nodes, !found.contains(where: { $0.severity == .error }) {
      lines += matching(text, live, columns: columns)
    }
    return lines
  }

  /// Which nodes the text means.
  private static func matching(_ text: String, _ live: LivePool, columns: Int) -> [Line] {
    let selectors = AnnouncementReach.list(text, .nodes).compactMap {
      try? LabelSelector(parsing: $0)
    }
    guard let nodes = live.context.nodeLabels else {
      return [Line(" The nodes were not read.")]
    }
    let names = nodes.filter { node in
      selectors.isEmpty || selectors.contains { $0.matches(node.value) }
    }.keys.sorted()
    return Line.labelled(
      " OK", SafeText.line(names.joined(separator: ", "), limit: 400), indent: 7,
      columns: columns - 1
    ).prefix(3).map(\.self)
  }

  private static func take(
    _ text: String, _ question: ReachQuestion, _ pane: inout PoolsPane, _ known: Known
  ) -> [Move] {
    let name = question.advertisement
    let advertisements = pane.live(known.facts)?.advertisements ?? []
    guard let now = advertisements.first(where: { $0.metadata.name == name }) else { return [] }
    pane.change(known.facts) { draft in
      draft.set { options in
        var reach = options.reaches[name] ?? AnnouncementReach()
        reach[question.part] = AnnouncementReach.list(text, question.part)
        let missing = reach.missing(in: now)
        options.reaches[name] = missing.isEmpty ? nil : missing
      }
    }
    return []
  }
}
