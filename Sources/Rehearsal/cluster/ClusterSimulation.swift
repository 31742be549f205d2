import Basics

/// What the cluster does by itself. Given the same state, the state at any later time is the same,
/// whether it is worked out in one go or in many.
extension RehearsalState {
  /// Works out everything up to `now`.
  mutating func advance(to now: Double) {
    settle()
    while let next = nextMoment(includesBackground: true), next <= now {
      time = next
      settle()
    }
    time = max(time, now)
  }

  /// Works out everything that is under way, however long it takes, and not what comes round for
  /// ever (the operator's ten minutes, restarts of what crashes). Returns the seconds it took.
  mutating func advanceUntilQuiet() -> Double {
    let start = time
    settle()
    while let next = nextMoment(includesBackground: false), next - start < 3600 {
      time = next
      settle()
    }
    return time - start
  }

  /// Works out what comes until `isDone` holds. Returns the moment, nil if it does not hold by
  /// `limit`.
  mutating func advance(until limit: Double, _ isDone: (RehearsalState) -> Bool) -> Double? {
    settle()
    while !isDone(self) {
      guard let next = nextMoment(includesBackground: true), next <= limit else {
        time = max(time, limit)
        return nil
      }
      time = next
      settle()
    }
    return time
  }

  /// Does what is due at `time` until nothing is left to do.
  private mutating func settle() {
    for _ in 0..<100 {
      var hasChanged = false
      for name in namespaceEnds.filter({ $0.value <= time }).keys.sorted() {
        finishDeletion(ofNamespace: name)
        hasChanged = true
      }
      if settleWorkloads() { hasChanged = true }
      if startProcesses() { hasChanged = true }
      if assignAddresses() { hasChanged = true }
      if noteAnnouncements() { hasChanged = true }
      if settleIPOperators() { hasChanged = true }
      if settleProviders() { hasChanged = true }
      if settleReleases() { hasChanged = true }
      if settleManifestKeeper() { hasChanged = true }
      if !hasChanged { return }
    }
  }

  /// When the cluster does something by itself next, if nobody changes it.
  var nextMoment: Double? { nextMoment(includesBackground: true) }

  /// The next time at which something is due, later than `time`.
  private func nextMoment(includesBackground: Bool) -> Double? {
    var moments: [Double] = Array(namespaceEnds.values)
    for pod in pods.values {
      moments += [pod.goneAt, pod.webhookAt, pod.ipOperator?.triesAt].compactMap(\.self)
      if pod.startedAt == nil, let readyAt = pod.readyAt { moments.append(readyAt) }
      if let servesAt = pod.provider?.servesAt { moments.append(servesAt) }
      if includesBackground {
        if let retriesAt = pod.retriesAt { moments.append(retriesAt) }
        if let moment = nextInventory(of: pod) { moments.append(moment) }
        if let moment = livenessMoment(of: pod) { moments.append(moment) }
      }
    }
    for release in releases {
      guard let ending = release.latest?.ending else { continue }
      moments.append(ending.notBefore)
      if let limit = ending.waitsUntil { moments.append(limit) }
    }
    if let keeperActsAt { moments.append(keeperActsAt) }
    if includesBackground { moments += comingFaults?.map(\.at) ?? [] }
    return moments.filter { $0 > time }.min()
  }

  /// Ends the Helm operations that are through, or out of time.
  private mutating func settleReleases() -> Bool {
    var hasChanged = false
    for index in releases.indices {
      guard let last = releases[index].revisions.indices.last,
        let ending = releases[index].revisions[last].ending, ending.notBefore <= time
      else { continue }
      let revision = releases[index].revisions[last]
      let release = releases[index]
      if ending.waitsUntil == nil || areReady(Charts.objects(of: revision, of: release)) {
        for older in releases[index].revisions.indices.dropLast()
        where ["deployed", "failed"].contains(releases[index].revisions[older].status) {
          if releases[index].revisions[older].status == "deployed" {
            releases[index].revisions[older].status = "superseded"
          }
        }
        releases[index].revisions[last].status = "deployed"
        releases[index].revisions[last].description = ending.description
        releases[index].revisions[last].ending = nil
        hasChanged = true
      } else if let limit = ending.waitsUntil, limit <= time {
        fail(release: index, reason: "context deadline exceeded")
        hasChanged = true
      }
    }
    return hasChanged
  }

  /// Marks the last revision of a release as failed.
  mutating func fail(release index: Int, reason: String) {
    guard let last = releases[index].revisions.indices.last,
      let ending = releases[index].revisions[last].ending
    else { return }
    releases[index].revisions[last].status = "failed"
    releases[index].revisions[last].description =
      "\(ending.failureWord) \"\(releases[index].name)\" failed: \(reason)"
    releases[index].revisions[last].ending = nil
  }

  /// What `helm --wait` waits for: every pod of the objects' workloads is ready and new.
  func areReady(_ objects: [JSONValue]) -> Bool {
    objects.allSatisfy { object in
      guard let kind = ResourceKind.of(object), kind.group == "apps" else { return true }
      let name = object["metadata"]["name"].text ?? ""
      let namespace = object["metadata"]["namespace"].text ?? ""
      return isRolledOut(ObjectKey(kind.plural, namespace, name))
    }
  }
}
