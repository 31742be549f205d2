import Cluster
import ConsoleKit
import IPLeasesCore

/// The menu of the ways: the one in use, and why another is not for this cluster.
enum Ways {
  static func entries(_ state: State) -> [Menu.Entry] {
    Way.allCases.map { way in
      let reason = state.facts?.obstacles[way]
      return Menu.Entry(
        title: way.title, value: way == state.way ? "in use" : "",
        details: [about(way), reason.map { "Not here: \($0)." }].compactMap(\.self),
        choice: .way(way), reasonWhenOff: way == state.way ? nil : reason,
        style: reason == nil || way == state.way ? .plain : Theme.quiet)
    }
  }

  static func hint(reason: String?) -> String {
    reason.map(Text.sentence) ?? "Enter or a digit takes one, for this console. Esc leaves."
  }

  /// On the way in use.
  static func cursor(_ state: State) -> ListCursor {
    var cursor = ListCursor()
    cursor.index = Way.allCases.firstIndex(of: state.way) ?? 0
    return cursor
  }

  private static func about(_ way: Way) -> String {
    switch way {
    case .helm: "The chart of MetalLB, in a release of its own."
    case .kubespray: "The variables of Kubespray's inventory, then its playbook."
    }
  }
}

extension Way {
  var title: String {
    switch self {
    case .helm: "Helm"
    case .kubespray: "Kubespray"
    }
  }
}
