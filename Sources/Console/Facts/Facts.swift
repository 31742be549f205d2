import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

/// What one reading of the cluster gave the console, in the form its panes show.
package struct Facts: Equatable, Sendable {
  package var checklist: Checklist
  package var status: StatusReport
  package var checks: CheckReport
  /// Since when NOW has been said; nil where all is well or nobody knows.
  package var headlineSince: Date?
  package private(set) var pools: Fact<PoolObjects>
  /// The pools made ready for the pane: the one Akash counts first. Empty where none could be read.
  package private(set) var livePools: [LivePool]
  /// Leases without an address, addresses of foreign pools and the like.
  package var findings: [LeaseFinding] = []
  /// Who holds which address; nil where the Services could not be read.
  package private(set) var holders: [AddressHolder]?
  /// What an earlier console left and this one could not remove; with the facts it was tried at.
  package var startProblem: UserMessage?
  /// What is hidden in log lines.
  package var secrets = KnownSecrets()
  /// What an earlier console left; with the first facts that know the pools.
  package var keptDrafts: [String: KeptDraft] = [:]
  /// What tells this cluster from others, however it is reached; "" where that is not known.
  package var cluster = ""
  /// The name of kubectl's context; "" where it has none.
  package var context: String
  /// The provider's name for people (its domain, else its release); "" where none was found.
  package var provider: String
  /// Why nothing may be changed here; nil: nothing keeps from it.
  package var obstacle: String?
  /// Steps whose way back was saved before their change.
  package var waysBack: Set<StepID>
  /// What the admin is asked before the plan of a step is made.
  package var openQuestions: [StepID: OpenQuestion]
  package var way: Way
  /// Why a way is not for this cluster; only of those that are not.
  package var obstacles: [Way: String] = [:]
  package var readAt: Date
  /// What changes comes by itself: as it was at `readAt` it still is.
  package var isFollowed = false
  /// The cluster does not answer; nil where it does.
  package var lost: LiveNews.Lost?

  package init(
    checklist: Checklist, status: StatusReport,
    checks: CheckReport = CheckReport(results: [], context: "", duration: .zero),
    headlineSince: Date? = nil, pools: Fact<PoolObjects> = .notRead,
    holders: [AddressHolder]? = nil, poolContexts: [String: PoolContext] = [:],
    context: String = "",
    provider: String = "", obstacle: String? = nil, waysBack: Set<StepID> = [],
    openQuestions: [StepID: OpenQuestion] = [:], way: Way = .helm, readAt: Date
  ) {
    self.way = way
    self.checklist = checklist
    self.status = status
    self.checks = checks
    self.headlineSince = headlineSince
    self.pools = pools
    livePools = []
    self.context = context
    self.provider = provider
    self.obstacle = obstacle
    self.waysBack = waysBack
    self.openQuestions = openQuestions
    self.readAt = readAt
    setPools(pools, holders: holders, contexts: poolContexts)
  }

  /// The pools of a reading, who holds their addresses, and what was read around them.
  package mutating func setPools(
    _ pools: Fact<PoolObjects>, holders: [AddressHolder]?, contexts: [String: PoolContext] = [:]
  ) {
    self.pools = pools
    self.holders = holders
    livePools = pools.value.map { LivePool.all(of: $0, holders: holders, contexts: contexts) } ?? []
  }

  /// True if the two differ in nothing but the times of reading.
  package func says(theSameAs other: Facts) -> Bool { timeless == other.timeless }

  private var timeless: Facts {
    var facts = self
    facts.readAt = .distantPast
    facts.checks.madeAt = .distantPast
    facts.checks.duration = .zero
    facts.status = status.timeless
    switch pools {
    case .known(let value, _): facts.pools = .known(value, at: .distantPast)
    case .absent: facts.pools = .absent(at: .distantPast)
    case .unreadable(let message, _): facts.pools = .unreadable(message, at: .distantPast)
    case .notRead: break
    }
    return facts
  }
}

extension Facts {
  /// Both are known, and differ.
  func isOfAnotherCluster(than other: Facts?) -> Bool {
    guard let other, !other.cluster.isEmpty else { return false }
    return cluster != other.cluster
  }

  /// "9/53": how many addresses of the pool that is leased from are in use; "" where nobody knows.
  package var addressesInUse: String {
    let counts = status.addresses
    guard let total = counts.first(where: { $0.source == .pool })?.total else { return "" }
    let inUse = counts.compactMap(\.inUse).first ?? "-"
    return SafeText.line("\(inUse)/\(total)", limit: 20)
  }
}
