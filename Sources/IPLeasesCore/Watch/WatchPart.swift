/// What is upgraded under watch.
package enum WatchPart: String, Hashable, Sendable, Codable, CaseIterable {
  case metallb, `operator`, provider

  package var title: String {
    switch self {
    case .metallb: "MetalLB"
    case .operator: "the IP operator"
    case .provider: "the provider"
    }
  }

  /// Seconds for which everything is kept after the last rollout before it is said to go on.
  package var hold: Int { self == .provider ? 600 : 300 }

  /// Where no part is named.
  package static let plainHold = 300

  /// A release of this chart is changed by this upgrade. Akash's operators go along with the
  /// provider.
  func changes(chart: String) -> Bool {
    switch self {
    case .metallb: chart == "metallb"
    case .operator: chart == "akash-ip-operator"
    case .provider: chart == "provider" || chart.hasPrefix("akash-")
    }
  }

  /// The chart its own release is made of.
  var chart: String {
    switch self {
    case .metallb: "metallb"
    case .operator: "akash-ip-operator"
    case .provider: "provider"
    }
  }
}
