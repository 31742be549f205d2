import Execution

extension Plan {
  /// What takes it back, as it is typed: an edit of a pool belongs to its step.
  package var wayBack: String {
    let isOwn = undoID.map { RemedyID(rawValue: $0) != nil || Upgrade.Part(recordID: $0) != nil }
    return "ip-leases rollback \(isOwn == true ? recordID : id)"
  }
}
