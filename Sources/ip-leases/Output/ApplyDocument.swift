import Basics
import Execution
import IPLeasesCore

/// `apply -o json`; also for rollback.
struct ApplyDocument: Encodable {
  struct Row: Encodable {
    var id: String
    var result: StepResult.Kind
    var seconds: Double
    var message: String
  }

  let schema = "ip-leases/apply/v1"
  var steps: [Row]

  init(_ results: [StepResult]) {
    steps = results.map { result in
      Row(
        id: result.id, result: result.kind,
        seconds: (result.duration.inSeconds * 10).rounded() / 10,
        message: result.problem?.text() ?? SafeText.line(result.message))
    }
  }
}
