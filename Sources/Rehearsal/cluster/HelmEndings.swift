import Basics

/// How the changes of releases end.
struct HelmEndings: ClusterPart {
  var state: RehearsalState

  /// Ends the Helm operations that are through, or out of time.
  mutating func settle() -> Bool {
    var hasChanged = false
    for index in state.releases.indices {
      guard let last = state.releases[index].revisions.indices.last,
        let ending = state.releases[index].revisions[last].ending, ending.notBefore <= state.time
      else { continue }
      let revision = state.releases[index].revisions[last]
      let release = state.releases[index]
      if ending.waitsUntil == nil || state.areReady(Charts.objects(of: revision, of: release)) {
        for older in state.releases[index].revisions.indices.dropLast()
        where ["deployed", "failed"].contains(state.releases[index].revisions[older].status) {
          if state.releases[index].revisions[older].status == "deployed" {
            state.releases[index].revisions[older].status = "superseded"
          }
        }
        state.releases[index].revisions[last].status = "deployed"
        state.releases[index].revisions[last].description = ending.description
        state.releases[index].revisions[last].ending = nil
        hasChanged = true
      } else if let limit = ending.waitsUntil, limit <= state.time {
        state.fail(release: index, reason: "context deadline exceeded")
        hasChanged = true
      }
    }
    return hasChanged
  }
}
