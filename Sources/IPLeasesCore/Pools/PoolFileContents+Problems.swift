import Addresses
import Basics
import Cluster

/// What is wrong with a file of pools beside the ranges of the pool that is meant. What MetalLB's webhook
/// would refuse only once the first of several objects is there is found here, before anything is
/// written.
extension PoolFileContents {
  /// - Parameters:
  ///   - pool: the pool of the file that was taken.
  ///   - wanted: the pool it is for.
  ///   - isWhole: the file is judged as kubectl would apply it; else only the ranges are taken from it.
  package func problems(
    of pool: ImportedPool, for wanted: String, isWhole: Bool, _ snapshot: ClusterSnapshot
  ) -> [PoolProblem] {
    var problems = place(of: pool, for: wanted, isWhole)
    problems += allocation(of: pool, for: wanted)
    problems += others(besides: pool, isWhole, snapshot)
    problems += announcements(isWhole, snapshot)
    if !left.isEmpty {
      let more = left.count > 5 ? " and \(left.count - 5) more" : ""
      problems.append(
        PoolProblem(
          .warning,
          "Of the file nothing is taken from \(left.prefix(5).joined(separator: ", "))\(more)."
        ))
    }
    return problems
  }

  private func place(of pool: ImportedPool, for wanted: String, _ isWhole: Bool) -> [PoolProblem] {
    var problems: [PoolProblem] = []
    let name = SafeText.line(pool.name, limit: 80)
    if pool.name != wanted {
      problems.append(
        isWhole && pool.isObject
          ? PoolProblem(
            .error,
            "The file's pool is called \(name): applied as it is, Akash counts no address, for it looks "
              + "at the pool \(wanted) only.", fix: "call it \(wanted)")
          : PoolProblem(
            .warning, "The file's pool is called \(name); its ranges are taken for \(wanted)."))
    }
    let own = ConsoleSettings.metallbNamespace
    if let namespace = pool.namespace, namespace != own {
      let shown = SafeText.line(namespace, limit: 80)
      problems.append(
        isWhole
          ? PoolProblem(
            .error,
            "The file's pool \(name) is in the namespace \(shown): MetalLB looks at \(own) only, and its "
              + "webhook refuses others.", fix: "write namespace: \(own)")
          : PoolProblem(
            .warning, "The file says namespace \(shown); the pool's is \(own)."))
    } else if pool.isObject, pool.namespace == nil, isWhole {
      problems.append(
        PoolProblem(
          .warning,
          "The file's pool \(name) names no namespace: kubectl puts it into the one of the "
            + "context.", fix: "write namespace: \(own)"))
    }
    return problems
  }

  private func allocation(of pool: ImportedPool, for wanted: String) -> [PoolProblem] {
    guard let allocation = pool.allocation, wanted == ConsoleSettings.poolName else { return [] }
    let names = (allocation.namespaces ?? []).prefix(5).map { SafeText.line($0, limit: 80) }
    let whom = names.isEmpty ? "certain Services" : "Services of \(names.joined(separator: ", "))"
    return [
      PoolProblem(
        .error,
        "serviceAllocation is set: only \(whom) get an address, and those of the leases do not.",
        fix: "take serviceAllocation out")
    ]
  }

  // MARK: Several objects

  private func others(
    besides pool: ImportedPool, _ isWhole: Bool, _ snapshot: ClusterSnapshot
  ) -> [PoolProblem] {
    guard let index = pools.firstIndex(of: pool) else { return [] }
    let rest = pools.indices.filter { $0 != index }.map { pools[$0] }
    guard !rest.isEmpty else { return [] }
    guard isWhole else {
      let names = rest.prefix(5).map { SafeText.line($0.name, limit: 80) }
      let more = rest.count > 5 ? " and \(rest.count - 5) more" : ""
      return [
        PoolProblem(
          .warning,
          "The file has further pools, of which nothing is taken: \(names.joined(separator: ", "))\(more)."
        )
      ]
    }
    let live = (snapshot.poolShapes ?? []).filter { shape in
      !pools.contains { $0.name == shape.name }
    }
    var problems: [PoolProblem] = []
    var before = [pool]
    for other in rest {
      let name = SafeText.line(other.name, limit: 80)
      if before.contains(where: { $0.name == other.name && $0.namespace == other.namespace }) {
        problems.append(
          PoolProblem(
            .error, "The pool \(name) is there twice in the file.", fix: "leave one of them"))
      } else {
        problems += refusals(of: other, before, live)
      }
      if other.autoAssign ?? true, other.allocation == nil {
        problems.append(
          PoolProblem(
            .warning,
            "The file's pool \(name) is auto-assigned as well: MetalLB takes a pool at random, and "
              + "Akash counts the addresses of one only.", fix: "set its autoAssign to false"))
      }
      before.append(other)
    }
    return problems
  }

  /// Invalid ranges of another pool of the file, and those that overlap what stands before it or in the
  /// cluster.
  private func refusals(
    of other: ImportedPool, _ before: [ImportedPool], _ live: [PoolShape]
  ) -> [PoolProblem] {
    var context = PoolContext()
    context.isForTenants = false
    context.autoAssign = false
    context.otherPools =
      live
      + before.map {
        PoolShape(name: $0.name, entries: $0.entries, autoAssign: $0.autoAssign ?? true)
      }
    return PoolProblems.find(in: other.entries, context: context)
      .filter { $0.severity == .error }.map { problem in
        var problem = problem
        problem.message =
          "The file's pool \(SafeText.line(other.name, limit: 80)): \(problem.message)"
        return problem
      }
  }

  private func announcements(_ isWhole: Bool, _ snapshot: ClusterSnapshot) -> [PoolProblem] {
    guard !advertisements.isEmpty else { return [] }
    guard isWhole else {
      let names = advertisements.prefix(5).map { "\($0.kind) \(SafeText.line($0.name, limit: 80))" }
      return [
        PoolProblem(
          .warning, "Nothing is taken from \(names.joined(separator: ", ")) of the file.",
          fix: "see --advertise, --node-selector and --interface")
      ]
    }
    let known = Set(pools.map(\.name)).union(snapshot.poolShapes?.map(\.name) ?? [])
    var problems: [PoolProblem] = []
    for advertisement in advertisements {
      let name = "\(advertisement.kind) \(SafeText.line(advertisement.name, limit: 80))"
      for pool in advertisement.pools ?? [] where !known.contains(pool) {
        problems.append(
          PoolProblem(
            .warning, "\(name) names a pool \(SafeText.line(pool, limit: 80)), which is not there.")
        )
      }
      problems += aggregation(of: advertisement, name)
    }
    return problems
  }

  /// MetalLB refuses to announce a network larger than a range is (MetalLB:
  /// internal/config/config.go@v0.14.8, validateAggregationLengthPerPool).
  private func aggregation(of advertisement: Advertisement, _ name: String) -> [PoolProblem] {
    var problems: [PoolProblem] = []
    for pool in pools where advertisement.pools?.contains(pool.name) ?? true {
      for range in pool.entries.ranges {
        let isFour = range.family == .v4
        let limit = isFour ? 32 : 128
        let length = (isFour ? advertisement.aggregationLength : advertisement.aggregationLengthV6)
        guard let length else { continue }
        if length < 0 || length > limit {
          problems.append(
            PoolProblem(.error, "\(name): the aggregation length \(length) is none of an address."))
          return problems
        }
        if case .block(let prefix, _, _) = range.form, length < prefix {
          problems.append(
            PoolProblem(
              .error, entry: range.text,
              "\(name) announces networks of /\(length), larger than \(SafeText.line(range.text, limit: 100)) "
                + "of the pool \(SafeText.line(pool.name, limit: 80)); MetalLB refuses that.",
              fix: "write an aggregation length of \(prefix) or more"))
        }
      }
    }
    return problems
  }
}
