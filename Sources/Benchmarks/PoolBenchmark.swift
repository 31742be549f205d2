import Addresses
import Cluster
import Console
import Foundation
import IPLeasesCore
import Terminal

/// The Pools pane over five pools of 10,000 ranges and 5,000 Services: what a key costs, with the
/// frame it draws. Without the terminal, which `ConsoleBenchmark` times.
struct PoolBenchmark {
  private static let ranges = 10_000
  private static let services = 5_000
  private static let limit = Duration.milliseconds(16)

  func rows() -> [Row] {
    guard var state = pane() else {
      return [.notRun("a key in a huge pool", target: "≤ 16 ms", because: "the pools are not JSON")]
    }
    var lines: [(name: String, slowest: Duration)] = []
    func time(_ name: String, _ keys: [Key]) {
      let slowest = keys.map { press($0, &state) }.max() ?? .zero
      lines.append((name, slowest))
    }
    time(
      "moving",
      [.character("j"), .character("G"), .control("u"), .pageDown, .character("g")])
    time("typing a range", [.character("+")] + "20.0.0.4".map { .character($0) })
    time("typing what holds all ranges", [.character("/"), .character("3")])
    time("typing what overlaps one", [.character("0")])
    time("taking it into the draft", [.enter])
    time("moving with a draft", [.character("k"), .character("g"), .character("G")])
    time(
      "removing and undoing", [.character("g"), .character("j"), .character("x"), .character("u")])
    time("problems only, next problem", [.character("f"), .character("e"), .character("f")])
    time("finding what is not there", [.character("/")] + "zzz".map { .character($0) } + [.enter])
    time("next pool", [.character("]"), .character("[")])
    return lines.map { name, slowest in
      Row.time("pane of 5 x 10,000 ranges, slowest key: \(name)", slowest, limit: Self.limit)
    }
  }

  private func press(_ key: Key, _ state: inout State) -> Duration {
    // The best of three, each from the same state: the machine's own hiccups are not the pane's.
    var after = state
    let times = (0..<3).map { _ in
      var trial = state
      return ContinuousClock().measure {
        _ = update(&trial, .key(key))
        var canvas = Canvas(size: trial.size)
        view(trial.scene, &canvas)
        after = trial
      }
    }
    state = after
    return times.min() ?? .zero
  }

  /// The Pools pane at 120x40, with these pools read.
  private func pane() -> State? {
    let names = ["default", "p1", "p2", "p3", "p4"]
    let entries = names.indices.map { number in
      (0..<Self.ranges).map { "\(20 + number).\($0 >> 8 & 255).\($0 & 255).0/28" }
    }
    var objects = PoolObjects()
    let decoder = JSONDecoder()
    for (name, list) in zip(names, entries) {
      let json: [String: Any] = [
        "metadata": ["name": name], "spec": ["addresses": list, "autoAssign": name == "default"],
      ]
      guard let bytes = try? JSONSerialization.data(withJSONObject: json),
        let pool = try? decoder.decode(IPAddressPool.self, from: bytes)
      else { return nil }
      objects.pools.append(pool)
    }
    var contexts: [String: PoolContext] = [:]
    let pools = zip(names, entries).map { name, list in
      PoolShape(name: name, entries: list.map { PoolEntry($0) }, autoAssign: name == "default")
    }
    for name in names {
      contexts[name] = PoolContext(
        nodes: [], podNetworks: [], otherPools: pools.filter { $0.name != name },
        isForTenants: name == "default")
    }
    let holders = (0..<Self.services).map { number in
      AddressHolder(
        namespace: "lease-\(number)", name: "web-ip",
        addresses: [IPAddress(family: .v4, value: UInt128(20 << 24 | number << 8 | 1))],
        ports: ["443/TCP"])
    }
    let settings = ConsoleSettings(providerFile: "/p", stateDirectory: "/s")
    let snapshot = ClusterSnapshot()
    let checklist = Checklist(snapshot, settings)
    let now = Date()
    let facts = Facts(
      checklist: checklist, status: StatusReport(snapshot, checklist),
      pools: .known(objects, at: now), holders: holders, poolContexts: contexts, readAt: now)
    var state = State(settings: settings, size: Size(rows: 40, columns: 120), now: now)
    _ = update(&state, .factsRead(facts))
    _ = update(&state, .key(.character("3")))
    return state
  }
}
