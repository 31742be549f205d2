import Cluster
import Execution
import Foundation
import IPLeasesCore
import Terminal

/// All the console holds: what it knows, its panes, what lies over them. Nothing in it is worked out
/// from something else in it.
@dynamicMemberLookup
package struct State: Sendable {
  package var known: Known
  package var panes = Panes(AllPanes.make())
  /// The last of them has the keys.
  package var overlays: [any Overlay] = []
  /// The facts are those of a reading that still goes on.
  package var areFactsEarly = false
  /// The plan asked for is to open on its diff.
  package var opensOnDiff = false

  package init(settings: ConsoleSettings, size: Size, now: Date) {
    known = Known(settings: settings, size: size, now: now)
  }

  package subscript<Value>(dynamicMember path: WritableKeyPath<Known, Value>) -> Value {
    get { known[keyPath: path] }
    set { known[keyPath: path] = newValue }
  }

  package subscript<Value>(dynamicMember path: KeyPath<Known, Value>) -> Value {
    known[keyPath: path]
  }

  package var scene: Scene { Scene(known: known, panes: panes, overlays: overlays) }

  /// A typed word's line was asked for and still drops keys.
  package var isDroppingKeys: Bool { overlays.last?.isDroppingKeys ?? false }
}
