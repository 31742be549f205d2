/// What an overlay lies on: what is known, the panes, and the overlays beneath it.
package struct Scene: Sendable {
  package var known: Known
  package var panes: Panes
  package var overlays: [any Overlay]

  package init(known: Known, panes: Panes, overlays: [any Overlay]) {
    self.known = known
    self.panes = panes
    self.overlays = overlays
  }

  /// The pane with the keys, where nothing lies over it.
  package var pane: any Pane { panes[panes.shown] }

  package var top: (any Overlay)? { overlays.last }

  /// What the overlay at this place lies on.
  package func beneath(_ place: Int) -> Scene {
    Scene(known: known, panes: panes, overlays: Array(overlays.prefix(place)))
  }

  /// What the overlay with the keys says; nil where there is none.
  package func answer<Answer>(
    _ body: (_ overlay: any Overlay, _ beneath: Scene) -> Answer?
  ) -> Answer? {
    top.flatMap { body($0, beneath(overlays.count - 1)) }
  }

  /// The answer of the uppermost overlay that has one.
  package func uppermost<Answer>(
    _ body: (_ overlay: any Overlay, _ beneath: Scene) -> Answer?
  ) -> Answer? {
    for (place, overlay) in overlays.enumerated().reversed() {
      if let answer = body(overlay, beneath(place)) { return answer }
    }
    return nil
  }
}
