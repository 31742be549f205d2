import Basics
import Execution

extension Plan {
  /// What takes it back: an edit of a pool belongs to its step.
  package var wayBack: Advice {
    let isOwn = undoID.map { RemedyID(rawValue: $0) != nil || Upgrade.Part(recordID: $0) != nil }
    return Advice(own: ["rollback", isOwn == true ? recordID : id])
  }
}
