import Basics
import Cluster
import ConsoleKit
import Execution
import IPLeasesCore
import Terminal

/// A list of choices over the pane: j and k, Enter, or the digit of the entry.
package struct Menu: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// What form the pool is written in.
    case exportPool
    /// What of a pool is not its ranges.
    case poolSettings
    /// By which means MetalLB comes.
    case ways
    /// Several ways to go on, each with its plan.
    case plans(title: String, [PlanChoice])
  }

  package struct PlanChoice: Hashable, Sendable {
    package var title: String
    package var request: PlanRequest

    package init(_ title: String, _ request: PlanRequest) {
      self.title = title
      self.request = request
    }
  }

  package struct Entry: Hashable, Sendable {
    package var title: String
    package var value: String
    /// Each wraps under itself.
    package var details: [String]
    package var choice: Choice
    /// Why it cannot be chosen now; nil when it can.
    package var reasonWhenOff: String?
    package var style = Style.plain
  }

  package enum Choice: Hashable, Sendable {
    case export(PoolExport.Format)
    case setting(PoolSetting)
    case plan(PlanRequest)
    case way(Way)
  }

  package let kind: Kind
  package var cursor = ListCursor()

  package init(_ kind: Kind, cursor: ListCursor = ListCursor()) {
    self.kind = kind
    self.cursor = cursor
  }

  package func title(_ state: State) -> String {
    let name = SafeText.line(PoolsPane.live(state)?.name ?? "", limit: 40)
    return switch kind {
    case .exportPool: "Export pool \(name) with its draft as"
    case .poolSettings: "Settings of pool \(name)"
    case .ways: "By which way MetalLB comes"
    case .plans(let title, _): title
    }
  }

  package func entries(_ state: State) -> [Entry] {
    switch kind {
    case .exportPool: PoolExport.Format.allCases.map(Self.entry)
    case .poolSettings: PoolSettings.entries(state)
    case .ways: Ways.entries(state)
    case .plans(_, let choices):
      choices.map {
        Entry(title: SafeText.line($0.title), value: "", details: [], choice: .plan($0.request))
      }
    }
  }

  package func hint(_ state: State) -> String {
    switch kind {
    case .exportPool: return "Enter or a digit takes one and asks for the file. Esc leaves."
    case .ways: return Ways.hint(reason: reason(state))
    case .plans: return "A digit or Enter shows the plan. Nothing runs yet. Esc leaves."
    case .poolSettings:
      guard !entries(state).isEmpty else { return "Esc leaves." }
      if let reason = reason(state) { return reason }
      return "Enter changes it in the draft; nothing is sent to the cluster. Esc leaves."
    }
  }

  /// Why the entry under the cursor cannot be chosen.
  private func reason(_ state: State) -> String? {
    let entries = entries(state)
    return entries.isEmpty ? nil : entries[cursor.index(in: entries.count)].reasonWhenOff
  }

  package func lines(_ state: State, columns: Int) -> [Line] {
    let entries = entries(state)
    let valued = entries.contains { !$0.value.isEmpty }
    let titleColumns = valued ? min(38, columns / 2 - 4) : columns - 4
    return entries.enumerated().flatMap { number, entry -> [Line] in
      let digit = number < 9 ? "\(number + 1)" : " "
      let head = Line(" \(digit) ", row: number)
        .adding(entry.title, columns: titleColumns, style: entry.style).adding(" ")
        .adding(Text.cut(entry.value, columns - titleColumns - 5), entry.style)
      let details = entry.details.flatMap { detail in
        Text.wrap(detail, columns - 8).map { Line("       " + $0, style: Theme.quiet) }
      }
      return [head] + details
    }
  }

  package var bindings: [KeyBinding] {
    [
      KeyBinding([.enter], "Take", "take the entry under the cursor", .take, bar: 1),
      KeyBinding([.character("j"), .down], "Down", "one entry down", .move(.down), bar: 2),
      KeyBinding([.character("k"), .up], "Up", "one entry up", .move(.up), bar: 3),
      KeyBinding([.escape], "Close", "leave the menu", .leave, bar: 4),
      KeyBinding([.function(1)], "Help", "the keys that work here", .help, bar: 5),
    ]
  }

  /// Opens the plan where there is one only, a menu for several.
  package static func open(
    plans: [PlanChoice], title: String, _ state: inout State
  ) -> [Effect] {
    guard plans.count != 1 else { return Planning.ask(plans[0].request, &state) }
    state.layers.append(.menu(Menu(.plans(title: title, plans))))
    return []
  }

  /// The plans of remedies, in their order.
  package static func choices(_ remedies: [RemedyID]) -> [PlanChoice] {
    remedies.map {
      PlanChoice(AllRemedies.remedy($0)?.title ?? $0.rawValue, PlanRequest(.remedy($0)))
    }
  }

  private static func entry(_ format: PoolExport.Format) -> Entry {
    let value =
      switch format {
      case .yaml: "MetalLB's manifests: IPAddressPool and L2Advertisement"
      case .kubespray: "variables of Kubespray since v2.22 (metallb_config)"
      case .kubesprayOld: "variables of Kubespray up to v2.21 (metallb_ip_range)"
      case .csv: "a table, one range a line"
      case .json: "what pools show -o json prints of it"
      }
    return Entry(title: format.rawValue, value: value, details: [], choice: .export(format))
  }
}
