import Basics
import IPLeasesCore

/// `remedy list -o json`.
struct RemedyListDocument: Encodable {
  struct Row: Encodable {
    var id: String
    var title: String
    var helps: String
    var helpsNot: String
    var checks: [String]
  }

  let schema = "ip-leases/remedies/v1"
  let remedies = AllRemedies.inOrder.map { remedy in
    Row(
      id: remedy.id.rawValue, title: remedy.title, helps: remedy.helps, helpsNot: remedy.helpsNot,
      checks: AllChecks.inOrder.filter { $0.remedies.contains(remedy.id) }.map(\.code))
  }
}

enum RemedyText {
  /// - Parameter options: what each command of this program carries.
  static func list(_ options: [String]) -> String {
    let lines = AllRemedies.inOrder.flatMap { remedy in
      ["\(remedy.id.rawValue.padded(to: 20)) \(remedy.title)"]
        + field("helps", remedy.helps) + field("not when", remedy.helpsNot)
    }
    return lines.joined(separator: "\n")
      + "\n\n" + Advice(own: ["remedy", "ID"]).text(options)
      + " shows the plan and asks before it runs.\n"
  }

  private static func field(_ name: String, _ text: String) -> [String] {
    CheckReport.wrap(text, 64).enumerated().map { index, line in
      "     \((index == 0 ? name : "").padded(to: 9)) \(line)"
    }
  }
}
