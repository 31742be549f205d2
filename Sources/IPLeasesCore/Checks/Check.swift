/// How a check came out.
package enum Verdict: Hashable, Sendable {
  case pass(got: String)
  case warn(got: String)
  case fail(got: String)
  /// Something it needs could not be read or has failed itself.
  case notRun(why: String)

  package var got: String {
    switch self {
    case .pass(let got), .warn(let got), .fail(let got): got
    case .notRun(let why): why
    }
  }
}

/// Something that can be tested by reading alone. `evaluate` is pure.
package struct Check: Sendable {
  /// `IPL-ggnn`: group and row of the failure list this project keeps; never reused.
  package var code: String
  package var id: String
  package var group: String
  package var title: String
  package var want: String
  /// What it means when it fails.
  package var why: String
  package var needs: Set<FactName>
  package var evaluate: @Sendable (ClusterSnapshot) -> Verdict
}
