import Basics
import Cluster
import Execution
import Foundation

/// How a check came out.
package enum Verdict: Hashable, Sendable {
  case pass(got: String)
  case warn(got: String)
  case fail(got: String)
  case notRun(NotRun)

  package enum NotRun: Hashable, Sendable {
    /// Something it looks at could not be read: nobody knows.
    case unreadable(String)
    /// Checks it builds on, by code, have not passed.
    case waitsFor([String])
    /// There is nothing here to make it on.
    case nothingToTest(String)
    /// It changes something, so it is made on request only; what it would do.
    case onRequest(String)
  }

  package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case pass, warn, fail, notRun
  }

  package var kind: Kind {
    switch self {
    case .pass: .pass
    case .warn: .warn
    case .fail: .fail
    case .notRun: .notRun
    }
  }

  package var got: String {
    switch self {
    case .pass(let got), .warn(let got), .fail(let got): got
    case .notRun(.unreadable(let why)): "could not be read: \(why)"
    case .notRun(.waitsFor(let codes)): "waits for \(codes.joined(separator: ", "))"
    case .notRun(.nothingToTest(let why)), .notRun(.onRequest(let why)): why
    }
  }
}

/// The groups, in the order in which they build on each other.
package enum CheckGroup: String, Hashable, Sendable, Codable, CaseIterable {
  case tools
  case metallb
  case metrics
  case pools
  case arp
  case `operator`
  case counts
  case provider
  case leases
  case network
  /// Not seen by reading: a test Service takes an address for a moment.
  case proof

  package var title: String {
    switch self {
    case .tools: "tools and access"
    case .metallb: "namespace and MetalLB"
    case .metrics: "metrics path"
    case .pools: "pools and advertisement"
    case .arp: "strict ARP"
    case .operator: "IP operator"
    case .counts: "address counts"
    case .provider: "provider"
    case .leases: "lease services"
    case .network: "network around it"
    case .proof: "proof from outside"
    }
  }
}

/// Something that can be tested by reading alone. `evaluate` is pure.
package struct Check: Sendable {
  /// `IPL-ggnn`: group and row of the failure list this project keeps; never reused.
  package var code: String
  package var id: String
  package var group: CheckGroup
  package var title: String
  /// The passage of the guide it proves.
  package var guide: GuideRow
  package var want: String
  /// What it means when it fails.
  package var why: String
  /// How to look further, without the Internet.
  package var hint: Advice
  package var remedies: [RemedyID]
  /// The step whose plan puts it right, where no remedy does.
  package var step: StepID?
  /// Codes of checks without which this one says nothing.
  package var dependsOn: [String]
  /// Facts it cannot do without: where one is unreadable it is not run.
  package var needs: Set<FactName>
  /// Facts whose silence is a finding of its own.
  package var judges: Set<FactName>
  package var evaluate: @Sendable (ClusterSnapshot) -> Verdict
  /// A better why and better remedies where the cause is known.
  package var explain: @Sendable (ClusterSnapshot) -> Explanation? = { _ in nil }
  /// Since when it fails, by what the cluster itself tells: the times of pods, conditions, objects
  /// and log lines. nil where it does not tell it.
  package var since: @Sendable (ClusterSnapshot) -> Date? = { _ in nil }

  package struct Explanation: Hashable, Sendable {
    package var why: String
    /// What helps; nil: the check's own hint.
    package var hint: Advice?
    package var remedies: [RemedyID]
    /// The step whose plan puts it right; nil: the check's own.
    package var step: StepID?
  }

  package init(
    _ code: String, _ id: String, _ group: CheckGroup, _ title: String, guide: GuideRow? = nil,
    want: String, why: String, hint: Advice, remedies: [RemedyID] = [], step: StepID? = nil,
    dependsOn: [String] = [],
    needs: Set<FactName> = [], judges: Set<FactName> = [],
    evaluate: @escaping @Sendable (ClusterSnapshot) -> Verdict
  ) {
    self.code = code
    self.id = id
    self.group = group
    self.title = title
    self.guide = guide ?? group.guide
    self.want = want
    self.why = why
    self.hint = hint
    self.remedies = remedies
    self.step = step
    self.dependsOn = dependsOn
    self.needs = needs
    self.judges = judges
    self.evaluate = evaluate
  }

  /// The same check with a better why where the cause is known.
  func explained(
    by explain: @escaping @Sendable (ClusterSnapshot) -> Explanation?
  ) -> Check {
    var check = self
    check.explain = explain
    return check
  }

  /// The same check with the time it tells of itself.
  func since(_ since: @escaping @Sendable (ClusterSnapshot) -> Date?) -> Check {
    var check = self
    check.since = since
    return check
  }
}

/// A check and how it came out, as values.
package struct CheckResult: Hashable, Sendable {
  package var code: String
  package var id: String
  package var group: CheckGroup
  package var title: String
  package var want: String
  package var why: String
  package var hint: Advice
  package var remedies: [RemedyID]
  /// The step whose plan puts it right, where no remedy does.
  package var step: StepID?
  package var verdict: Verdict
  /// Since when it is not well, by what the cluster tells.
  package var since: Date?

  /// What to type for the plans that cure it, the best first.
  package var plans: [Advice] {
    remedies.map(\.advice) + [step].compactMap(\.self).map { Advice(own: ["plan", $0.rawValue]) }
  }

  package var plan: Advice? { plans.first }
}
