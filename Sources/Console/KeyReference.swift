import Cluster
import Foundation
import IPLeasesCore
import Terminal

/// Every key table under the name of its place, for the pages that are made from them.
package enum KeyReference {
  package struct Section: Sendable {
    package var title: String
    package var bindings: [Binding]
  }

  package static var sections: [Section] {
    let known = Known(
      settings: ConsoleSettings(providerFile: "", stateDirectory: ""),
      size: Size(rows: 24, columns: 80), now: .distantPast)
    let panes = Panes(AllPanes.make())
    return [Section(title: EverywhereKeys.title, bindings: EverywhereKeys.table(panes))]
      + panes.all.map { Section(title: $0.id.title, bindings: $0.keys(known)) }
      + [
        Section(title: PlanScreen.title, bindings: PlanScreen.keys(known)),
        Section(title: RunScreen.title, bindings: RunScreen.keys(known)),
        Section(title: TextLineKeys.title, bindings: TextLineKeys.table),
      ]
  }
}
