import Basics
import Cluster
import Execution

/// What is known to go wrong with some upgrades.
package struct UpgradeRule: Sendable {
  package enum Weight: Hashable, Sendable {
    case refuses
    case warns
  }

  package var id: String
  package var weight: Weight
  package var parts: Set<Upgrade.Part>
  /// What it refuses or warns of.
  package var subject: String
  package var reason: String
  /// What to do instead; nil where another version is the answer.
  package var advice: Advice?
  /// The project and the place in it that says so.
  package var source: String
  /// It is about what is there, whatever the version asked for.
  var isStanding = false
  /// What shows it, beside the reason; "" where the reason says it all.
  private(set) var evidence: @Sendable (UpgradeCase) -> String = { _ in "" }
  let applies: @Sendable (UpgradeCase) -> Bool

  init(
    _ id: String, _ weight: Weight, _ parts: Set<Upgrade.Part>, _ subject: String, reason: String,
    advice: Advice? = nil, source: String, isStanding: Bool = false,
    applies: @escaping @Sendable (UpgradeCase) -> Bool
  ) {
    self.id = id
    self.weight = weight
    self.parts = parts
    self.subject = subject
    self.reason = reason
    self.advice = advice
    self.source = source
    self.isStanding = isStanding
    self.applies = applies
  }

  func shown(by evidence: @escaping @Sendable (UpgradeCase) -> String) -> UpgradeRule {
    var rule = self
    rule.evidence = evidence
    return rule
  }
}

/// Lets an upgrade pass or refuses it, by the table of rules. Pure.
package enum UpgradeGate {
  package static let rules: [UpgradeRule] =
    UpgradeRules.ofEveryPart + UpgradeRules.ofMetalLB + UpgradeRules.ofAkash

  /// The rules that have something against it, in the order of the table.
  static func objections(to upgrade: UpgradeCase, _ weight: UpgradeRule.Weight) -> [UpgradeRule] {
    rules.filter {
      $0.weight == weight && $0.parts.contains(upgrade.part) && $0.applies(upgrade)
    }
  }

  static func lets(_ upgrade: UpgradeCase) -> Bool { objections(to: upgrade, .refuses).isEmpty }

  /// What to know before it.
  static func warnings(of upgrade: UpgradeCase) -> [Note] {
    objections(to: upgrade, .warns).map { rule in
      .warning("\(rule.subject): \(rule.reason)" + (rule.advice.map { " \($0)" } ?? ""))
    }
  }

  /// - Throws: what refuses every upgrade of the part.
  static func checkStanding(_ upgrade: UpgradeCase) throws(UserMessage) {
    guard let rule = objections(to: upgrade, .refuses).first(where: \.isStanding) else { return }
    throw UserMessage(
      "\(upgrade.part.chartTitle.upperFirst) is not upgraded: \(rule.subject).",
      reason: reason(rule, upgrade),
      advice: rule.advice)
  }

  /// - Parameter newest: the newest version that fits; nil where none above the present one does.
  /// - Throws: why it is refused.
  static func check(_ upgrade: UpgradeCase, newest: Version?) throws(UserMessage) {
    guard let rule = objections(to: upgrade, .refuses).first else { return }
    let fitting: Advice =
      newest.map { newest in
        let words = ["watch", upgrade.part.rawValue, "--to", newest.description]
        return "The newest that fits is \(newest): \(own: words)."
      }
      ?? "\(upgrade.from) is the newest that fits of those helm knows."
    throw UserMessage(
      "\(upgrade.part.chartTitle.upperFirst) is not brought from \(upgrade.from) to \(upgrade.to): "
        + "\(rule.subject).",
      reason: reason(rule, upgrade),
      advice: [rule.advice, fitting].compactMap(\.self).joined(separator: " "))
  }

  private static func reason(_ rule: UpgradeRule, _ upgrade: UpgradeCase) -> String {
    let evidence = rule.evidence(upgrade)
    return evidence.isEmpty ? rule.reason : "\(evidence): \(rule.reason)"
  }
}
