import Execution

extension Plan {
  /// What takes it back, as it is typed: an edit of a pool belongs to its step.
  package var wayBack: String {
    "ip-leases rollback \(undoID.flatMap(RemedyID.init)?.rawValue ?? id)"
  }
}
