import Foundation

/// How much of the same is tried: little in a plain run, much where `IP_LEASES_TEST_LARGE=1` is set, as
/// `.ci/run` does for the suites that have such a test. `IP_LEASES_TEST_AMOUNT=1000000` says the number,
/// for one suite by hand.
package struct Amount: Sendable {
  package static let isLarge = ProcessInfo.processInfo.environment["IP_LEASES_TEST_LARGE"] == "1"

  package let count: Int

  private static let asked =
    ProcessInfo.processInfo.environment["IP_LEASES_TEST_AMOUNT"].flatMap(Int.init)

  package init(_ few: Int, large many: Int) {
    count = Self.asked ?? (Self.isLarge ? many : few)
  }

  /// All of them where much is asked for; else so many, the first and the last and some evenly between.
  package static func some<Element>(_ few: Int, of all: some Collection<Element>) -> [Element] {
    let all = Array(all)
    guard !isLarge, all.count > few, few > 1 else { return all }
    return (0..<few).map { all[$0 * (all.count - 1) / (few - 1)] }
  }
}
