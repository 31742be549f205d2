import Foundation
import Testing

/// The one source of chance in the tests: the same numbers in every run (SplitMix64), and others where
/// `IP_LEASES_TEST_SEED` gives another seed.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// 0 unless the environment says otherwise.
  package static let seed =
    ProcessInfo.processInfo.environment["IP_LEASES_TEST_SEED"].flatMap(UInt64.init) ?? 0

  /// - Parameter stream: tells the numbers of one test from those of another.
  package init(stream: UInt64) {
    var mixer = SeededRandom(state: Self.seed)
    state = mixer.next() ^ stream
  }

  private init(state: UInt64) { self.state = state }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, `limit`.
  package mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

extension Trait where Self == IssueHandlingTrait {
  /// For tests by chance: what fails says which seed to give to see it again.
  package static var seeded: Self {
    .compactMapIssues { issue in
      var issue = issue
      issue.comments.append("the seed was: IP_LEASES_TEST_SEED=\(SeededRandom.seed)")
      return issue
    }
  }
}
