import Cluster

// What the outcomes of steps are made of.

extension ClusterSnapshot {
  /// The snapshot with one known fact changed; a fact that is not known stays as it is.
  func changing<Value>(
    _ path: WritableKeyPath<ClusterSnapshot, Fact<Value>>, _ change: (inout Value) -> Void
  ) -> ClusterSnapshot {
    var result = self
    result[keyPath: path] = self[keyPath: path].map { value in
      var value = value
      change(&value)
      return value
    }
    return result
  }
}

extension Workload {
  /// The same with every pod there, ready and made from the present template.
  var rolledOut: Workload {
    var workload = self
    let count = wanted
    workload.status = Status(
      observedGeneration: metadata.generation ?? 0, replicas: count, readyReplicas: count,
      updatedReplicas: count, availableReplicas: count, desiredNumberScheduled: count,
      numberReady: count, updatedNumberScheduled: count)
    return workload
  }
}
