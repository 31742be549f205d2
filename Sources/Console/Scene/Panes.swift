/// The panes in the order of their tabs, each with what it holds, and which of them is shown.
package struct Panes: Sendable {
  package private(set) var all: [any Pane]
  package var shown: PaneID

  /// The first is shown.
  package init(_ all: [any Pane]) {
    precondition(!all.isEmpty, "a console has a pane")
    self.all = all
    shown = all[0].id
  }

  package var first: PaneID { all[0].id }

  package subscript(id: PaneID) -> any Pane {
    get { all[place(of: id)] }
    set { all[place(of: id)] = newValue }
  }

  package subscript<Own: Pane>(type: Own.Type) -> Own {
    get { self[Own.id] as? Own ?? Own() }
    set { self[Own.id] = newValue }
  }

  /// The digit of its tab, from 1.
  package func number(of id: PaneID) -> Int { place(of: id) + 1 }

  /// Where the change of such a plan can be seen.
  package func home(of subject: PlanRequest.Subject) -> any Pane {
    all.first { $0.isHome(of: subject) } ?? all[0]
  }

  /// What all say to it, each of which may change.
  package mutating func changeEach<Answer>(
    _ body: (inout any Pane) -> [Answer]
  ) -> [Answer] {
    all.indices.flatMap { body(&all[$0]) }
  }

  private func place(of id: PaneID) -> Int { all.firstIndex { $0.id == id } ?? 0 }
}
