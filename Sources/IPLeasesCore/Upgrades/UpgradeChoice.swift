import Basics
import Cluster
import Execution

/// Which version an upgrade goes to: the one asked for, or the newest that the gate lets pass.
struct UpgradeChoice {
  /// A chart as the repository has it.
  struct Row: Hashable {
    var version: Version
    /// Of the program in it; nil where that is not known.
    var app: Version?
  }

  /// nil: it stays as it is.
  let version: Version?
  /// What speaks against newer ones, where it goes to none of those.
  let notes: [Note]
  let warnings: [Note]

  /// - Parameters:
  ///   - rows: what is published; empty where that does not matter.
  ///   - preferred: the one to take of those that fit; nil: the newest.
  ///   - make: the case of a version.
  /// - Throws: why the version asked for is refused.
  init(
    _ upgrade: Upgrade, from: Version, rows: [Row], preferred: Version? = nil,
    _ make: (Row) -> UpgradeCase
  ) throws(UserMessage) {
    try UpgradeGate.checkStanding(make(Row(version: from)))
    let above = rows.filter { $0.version > from }.sorted { $0.version < $1.version }
    let fitting = above.filter { UpgradeGate.lets(make($0)) }
    let newest = preferred.map { wanted in fitting.last { $0.version == wanted } } ?? fitting.last
    guard let text = upgrade.to else {
      version = newest?.version
      warnings = newest.map { UpgradeGate.warnings(of: make($0)) } ?? []
      notes = Self.objections(to: above.last, make)
      return
    }
    guard let wanted = Version(text) else {
      throw UserMessage(
        "\"\(SafeText.line(text, limit: 40))\" is no version.",
        advice: "Give three numbers, as in --to \(newest?.version ?? from).")
    }
    notes = []
    if wanted == from {
      version = nil
      warnings = []
      return
    }
    let row = rows.first { $0.version == wanted }
    let meant = make(row ?? Row(version: wanted))
    try UpgradeGate.check(meant, newest: newest?.version)
    if row == nil, let last = rows.map(\.version).max() {
      let chart = upgrade.part.chart
      throw UserMessage(
        "helm knows no version \(wanted) of \(chart.name).",
        reason: "the newest it knows is \(last)",
        advice: "helm repo update \(chart.repository.name)")
    }
    version = wanted
    warnings = UpgradeGate.warnings(of: meant)
  }

  private static func objections(to newest: Row?, _ make: (Row) -> UpgradeCase) -> [Note] {
    guard let newest, let rule = UpgradeGate.objections(to: make(newest), .refuses).first else {
      return []
    }
    return [
      Note(
        "\(newest.version) is published, but not taken: \(rule.subject), because \(rule.reason).")
    ]
  }
}

extension PublishedChart {
  /// What is published of it.
  ///
  /// - Throws: where helm does not know it; says which repository to add or to read anew.
  func rows(_ found: Fact<[ChartVersion]>, _ snapshot: ClusterSnapshot) throws(UserMessage)
    -> [UpgradeChoice.Row]
  {
    if let problem = found.problem { throw problem.untold }
    let rows = (found.value ?? []).filter { $0.name == name }.compactMap { row in
      Version(row.version).map {
        UpgradeChoice.Row(version: $0, app: row.appVersion.flatMap { Version($0) })
      }
    }
    guard rows.isEmpty else { return rows }
    let isKnown = snapshot.repositories.value?.contains { $0.name == repository.name } ?? false
    let update = "helm repo update \(repository.name)"
    throw UserMessage(
      "helm knows no chart \(name), so it is not known which versions there are.",
      advice: isKnown
        ? "\(update)" : "helm repo add \(repository.name) \(repository.url), then \(update)")
  }
}
