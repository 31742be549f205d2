import Basics

/// A part of the cluster that does something by itself.
protocol ClusterPart: Sendable {
  var state: RehearsalState { get set }

  init(state: RehearsalState)

  /// Does what is due at the state's time.
  ///
  /// - Returns: whether anything was changed.
  mutating func settle() -> Bool
}

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
      for part in Self.parts {
        if settle(part) { hasChanged = true }
      }
      if !hasChanged { return }
    }
  }

  /// What does something by itself, in this order.
  private static let parts: [any ClusterPart.Type] = [
    WorkloadController.self, MetalLB.self, AkashProcesses.self, HelmEndings.self,
    ManifestKeeper.self,
  ]

  private mutating func settle<Part: ClusterPart>(_ type: Part.Type) -> Bool {
    var part = Part(state: self)
    defer { self = part.state }
    return part.settle()
  }

  /// When the cluster does something by itself next, if nobody changes it.
  var nextMoment: Double? { nextMoment(includesBackground: true) }

  /// The next time at which something is due, later than `time`.
  private func nextMoment(includesBackground: Bool) -> Double? {
    var moments: [Double] = Array(namespaceEnds.values)
    let processes = AkashProcesses(state: self)
    for pod in pods.values {
      moments += [pod.goneAt, pod.webhookAt, pod.ipOperator?.triesAt].compactMap(\.self)
      if pod.startedAt == nil, let readyAt = pod.readyAt { moments.append(readyAt) }
      if let servesAt = pod.provider?.servesAt { moments.append(servesAt) }
      if includesBackground {
        if let retriesAt = pod.retriesAt { moments.append(retriesAt) }
        if let moment = processes.nextInventory(of: pod) { moments.append(moment) }
        if let moment = processes.livenessMoment(of: pod) { moments.append(moment) }
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
