import Cluster
import ConsoleKit
import IPLeasesCore

/// The menu of the ways: the one in use, and why another is not for this cluster.
enum Ways {
  /// With the cursor on the way in use.
  static func menu(on way: Way) -> Menu {
    Menu(cursor: ListCursor(index: Way.allCases.firstIndex(of: way) ?? 0)) { scene in
      Menu.Content(
        title: "By which way MetalLB comes", entries: entries(scene.known),
        hint: "Enter or a digit takes one, for this console. Esc leaves.")
    }
  }

  private static func entries(_ known: Known) -> [Menu.Entry] {
    Way.allCases.map { way in
      let reason = known.facts?.obstacles[way]
      let isInUse = way == known.way
      let moves: [Move] = [
        .close, .say("Plans go by \(way.title) now, until this console is left."),
        .perform(.chooseWay(way)),
      ]
      return Menu.Entry(
        title: way.title, value: isInUse ? "in use" : "",
        details: [about(way), reason.map { "Not here: \($0)." }].compactMap(\.self),
        reasonWhenOff: isInUse ? nil : reason,
        style: reason == nil || isInUse ? .plain : Theme.quiet, moves: isInUse ? [.close] : moves)
    }
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
