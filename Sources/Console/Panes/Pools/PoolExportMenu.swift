import Basics
import ConsoleKit
import IPLeasesCore

/// In what form the pool is written, with its draft, and to which file.
enum PoolExportMenu {
  static func make() -> Menu {
    Menu { scene in
      let pane = scene.panes[PoolsPane.self]
      let name = SafeText.line(pane.live(scene.known.facts)?.name ?? "", limit: 40)
      return Menu.Content(
        title: "Export pool \(name) with its draft as",
        entries: PoolExport.Format.allCases.map { entry($0, pane, scene.known.facts) },
        hint: "Enter or a digit takes one and asks for the file. Esc leaves.")
    }
  }

  private static func entry(
    _ format: PoolExport.Format, _ pane: PoolsPane, _ facts: Facts?
  ) -> Menu.Entry {
    let about =
      switch format {
      case .yaml: "MetalLB's manifests: IPAddressPool and L2Advertisement"
      case .kubespray: "variables of Kubespray since v2.22 (metallb_config)"
      case .kubesprayOld: "variables of Kubespray up to v2.21 (metallb_ip_range)"
      case .csv: "a table, one range a line"
      case .json: "what pools show -o json prints of it"
      }
    return Menu.Entry(
      title: format.rawValue, value: about, moves: [.close] + askFile(format, pane, facts))
  }

  private static func askFile(
    _ format: PoolExport.Format, _ pane: PoolsPane, _ facts: Facts?
  ) -> [Move] {
    guard let live = pane.live(facts) else { return [] }
    let draft = pane.draft(facts)
    let plain = live.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let ending =
      switch format {
      case .yaml: "\(plain).yaml"
      case .kubespray: "\(plain)-kubespray.yml"
      case .kubesprayOld: "\(plain)-kubespray-old.yml"
      case .csv: "\(plain).csv"
      case .json: "\(plain).json"
      }
    return [
      .open(
        TextInput(
          "Write the pool with its draft as \(format.rawValue) (mode 0600):",
          text: "pool-\(ending)"
        ) { path, _ in
          if path.isEmpty { return [] }
          let text = PoolExport.text(
            draft.shape(over: live), advertisement: live.announcedBy.first ?? "l2advertisement1",
            format: format, problems: draft.problems(over: live))
          return [.perform(.save(text: text, path: path))]
        })
    ]
  }
}
