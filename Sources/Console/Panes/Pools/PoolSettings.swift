import Basics
import Cluster
import ConsoleKit
import IPLeasesCore

/// One thing about a pool that is not its ranges.
package enum PoolSetting: Hashable, Sendable {
  case autoAssign
  case avoidBuggyIPs
  /// Whether the L2Advertisement of this name names the pool.
  case announcement(String)
  /// From where the L2Advertisement announces.
  case reach(ReachQuestion)
}

/// From which nodes, or on which interfaces, an L2Advertisement announces.
package struct ReachQuestion: Hashable, Sendable {
  package var advertisement: String
  package var part: AnnouncementReach.Part
}

/// The settings of the pool on screen, with its draft.
enum PoolSettings {
  static func menu() -> Menu {
    Menu { scene in
      let pane = scene.panes[PoolsPane.self]
      let name = SafeText.line(pane.live(scene.known.facts)?.name ?? "", limit: 40)
      return Menu.Content(
        title: "Settings of pool \(name)", entries: entries(pane, scene.known),
        hint: "Enter changes it in the draft; nothing is sent to the cluster. Esc leaves.")
    }
  }

  static func entries(_ pane: PoolsPane, _ known: Known) -> [Menu.Entry] {
    guard let live = pane.live(known.facts) else { return [] }
    let options = pane.draft(known.facts).options
    let isOff =
      live.exists
      ? PoolsPane.reasonNoEdit(known).map(Text.sentence)
      : "The pool is not in the cluster yet: its ranges come first."
    let flags = [
      flag(
        .autoAssign, "autoAssign", live.context.autoAssign, options.autoAssign,
        live.context.isForTenants
          ? "Leases ask for an address without naming a pool: this must be on."
          : "On, leases may get these addresses too, and Akash does not count them."),
      flag(
        .avoidBuggyIPs, "avoidBuggyIPs", live.context.avoidBuggyIPs, options.avoidBuggyIPs,
        "On, addresses that end in .0 or .255 are kept back."),
    ]
    let announcing = live.advertisements.flatMap { advertisement in
      [announcement(advertisement, live, options)] + PoolReach.entries(advertisement, live, options)
    }
    return (flags + announcing).map { entry in
      var entry = entry
      entry.reasonWhenOff = isOff ?? entry.reasonWhenOff
      return entry
    }
  }

  /// Changes the setting in the draft, or asks for what it is to be.
  static func moves(_ setting: PoolSetting) -> [Move] {
    [
      .change { (pane: inout PoolsPane, known) in
        guard let live = pane.live(known.facts) else { return [] }
        if case .reach(let question) = setting {
          return PoolReach.ask(question, live, pane.draft(known.facts).options)
        }
        pane.change(known.facts) { $0.set { toggle(setting, live, &$0) } }
        return []
      }
    ]
  }

  private static func toggle(
    _ setting: PoolSetting, _ live: LivePool, _ options: inout PoolOptions
  ) {
    switch setting {
    case .autoAssign:
      let now = options.autoAssign ?? live.context.autoAssign
      options.autoAssign = now == live.context.autoAssign ? !now : nil
    case .avoidBuggyIPs:
      let now = options.avoidBuggyIPs ?? live.context.avoidBuggyIPs
      options.avoidBuggyIPs = now == live.context.avoidBuggyIPs ? !now : nil
    case .announcement(let name):
      if options.announcements.removeValue(forKey: name) != nil { return }
      let isNamed = live.advertisements.contains {
        $0.metadata.name == name && $0.cover(of: live.object) == .named
      }
      options.announcements[name] = !isNamed
    case .reach: break
    }
  }

  /// The flags and the advertisements in a few words, as the draft has them.
  static func summary(_ live: LivePool, _ options: PoolOptions) -> String {
    guard live.exists else { return "not in the cluster yet" }
    func word(_ now: Bool, _ wanted: Bool?) -> String {
      let word = wanted ?? now ? "yes" : "no"
      return wanted == nil ? word : word.uppercased() + "*"
    }
    let names = live.advertisements.compactMap { advertisement -> String? in
      let name = SafeText.line(advertisement.metadata.name, limit: 40)
      let wanted = options.announcements[advertisement.metadata.name]
      guard wanted ?? advertisement.covers(pool: live.object) else { return nil }
      let isAsItIs = wanted == nil && options.reaches[advertisement.metadata.name] == nil
      return isAsItIs ? name : name + "*"
    }
    let own = Set(live.advertisements.map(\.metadata.name))
    let others = live.announcedBy.filter { !own.contains($0) }.map { SafeText.line($0, limit: 40) }
    let announced = (names.isEmpty ? [] : ["L2: \(names.joined(separator: ", "))"]) + others
    return "auto-assign \(word(live.context.autoAssign, options.autoAssign))"
      + "    avoid .0/.255 \(word(live.context.avoidBuggyIPs, options.avoidBuggyIPs))    "
      + (announced.isEmpty ? "NOT ANNOUNCED" : announced.joined(separator: ", "))
  }

  /// What the draft changes, a line each, for a diff.
  static func changes(_ live: LivePool, _ options: PoolOptions) -> [DraftChange] {
    func flag(_ name: String, _ now: Bool, _ wanted: Bool?) -> [DraftChange] {
      guard let wanted else { return [] }
      return [DraftChange(.removed, "\(name): \(now)"), DraftChange(.added, "\(name): \(wanted)")]
    }
    let announcements = options.announcements.sorted { $0.key < $1.key }.map { name, isWanted in
      DraftChange(
        isWanted ? .added : .removed, "named by L2Advertisement \(SafeText.line(name, limit: 80))")
    }
    return flag("autoAssign", live.context.autoAssign, options.autoAssign)
      + flag("avoidBuggyIPs", live.context.avoidBuggyIPs, options.avoidBuggyIPs) + announcements
      + PoolReach.changes(live, options)
  }

  // MARK: Entries

  private static func flag(
    _ setting: PoolSetting, _ title: String, _ now: Bool, _ wanted: Bool?, _ detail: String
  ) -> Menu.Entry {
    let value = wanted ?? now ? "yes" : "no"
    return Menu.Entry(
      title: title, value: wanted == nil ? value : "\(value), was \(now ? "yes" : "no")",
      details: [detail], style: wanted == nil ? .plain : Theme.added, moves: moves(setting))
  }

  private static func announcement(
    _ advertisement: L2Advertisement, _ live: LivePool, _ options: PoolOptions
  ) -> Menu.Entry {
    let name = advertisement.metadata.name
    let cover = advertisement.cover(of: live.object)
    let wanted = options.announcements[name]
    var value =
      switch cover {
      case .named: "announces it by name"
      case .everyPool: "announces every pool"
      case .selected: "announces it by its labels"
      case .none: "does not announce it"
      }
    if let wanted { value = (wanted ? "announces it" : "does not announce it") + ", was: " + value }
    var reason: String?
    if wanted == nil {
      do throws(UserMessage) {
        _ = try AnnouncementChange.make(advertisement, pool: live.object, cover == .none)
      } catch {
        reason = Text.oneLine(error)
      }
    }
    return Menu.Entry(
      title: "L2 \(SafeText.line(name, limit: 80))", value: value,
      details: details(advertisement, isReachOwn: wanted ?? (cover != .none)),
      reasonWhenOff: reason, style: wanted == nil ? .plain : Theme.added,
      moves: moves(.announcement(name)))
  }

  /// What it announces. From where is said here only where no entries of their own do.
  private static func details(_ advertisement: L2Advertisement, isReachOwn: Bool) -> [String] {
    let spec = advertisement.spec
    func selectors(_ list: [LabelSelector]?) -> [String] { (list ?? []).map(\.text) }
    func listed(_ names: [String], _ none: String) -> String {
      names.isEmpty ? none : names.map { SafeText.line($0, limit: 100) }.joined(separator: " or ")
    }
    let pools =
      (spec?.ipAddressPools ?? [])
      + selectors(spec?.ipAddressPoolSelectors).map { "labels \($0)" }
    var lines = ["pools \(listed(pools, "every one"))"]
    if !isReachOwn {
      lines += [
        "nodes \(listed(selectors(spec?.nodeSelectors), "every one"))",
        "interfaces \(listed(spec?.interfaces ?? [], "every one"))",
      ]
    }
    if let services = spec?.serviceSelectors, !services.isEmpty {
      lines.append(
        "only Services with \(listed(selectors(services), "")): leases may not be announced")
    }
    return lines
  }
}
