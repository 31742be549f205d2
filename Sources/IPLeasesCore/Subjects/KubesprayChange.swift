import Basics
import Cluster
import Execution

/// A change by the inventory: its files, then the playbook run, or the wait for one made elsewhere.
struct KubesprayChange {
  private let inventory: KubesprayInventory
  private let form: KubesprayForm
  private let files: [FileChange]
  private let wish: KubesprayInventory.Wish
  private let isRunHere: Bool

  /// - Throws: where there is no inventory, it cannot be edited, or its form is not known.
  init(
    _ wish: (KubesprayForm) -> KubesprayInventory.Wish, _ snapshot: ClusterSnapshot,
    _ settings: ConsoleSettings
  ) throws(UserMessage) {
    if let problem = snapshot.inventory.problem { throw problem }
    guard let inventory = snapshot.inventory.value else {
      throw UserMessage(
        "MetalLB is to come by Kubespray, and no inventory was named.",
        advice: "Name it: --inventory FILE (hosts.yaml, or a file below its group_vars).")
    }
    guard let form = snapshot.kubesprayForm(settings) else {
      throw UserMessage(
        "It is not known which variables this Kubespray reads.",
        reason: "\(inventory.path) lies in no checkout of Kubespray, and MetalLB is not there yet",
        advice: "Say it: --kubespray-form old (up to v2.21) or new (since v2.22).")
    }
    self.inventory = inventory
    self.form = form
    self.wish = wish(form)
    files = try inventory.changes(self.wish)
    isRunHere = snapshot.playbook.value != nil && inventory.checkout != nil
  }

  /// - Parameter waits: what shows that the run has done its part.
  func add(to plan: inout Plan, until waits: [Wait]) {
    plan.actions += files.map(Action.file)
    plan.diff = files.map(\.diff).joined()
    plan.undo += files.map { .file($0.reversed) }
    if isRunHere, let checkout = inventory.checkout {
      plan.actions.append(
        .command(Ansible.playbook(inventory: inventory.path, checkout: checkout.folder)))
      plan.note(
        "The playbook is left to its end when this console is left or the line is cut. A forwarded "
          + "SSH agent goes with the line: use a key of this machine.")
    } else {
      plan.note(
        (inventory.checkout == nil
          ? "The inventory lies in no checkout of Kubespray" : "ansible-playbook is not here")
          + ": run the playbook where you run it always (tags metallb,kube-proxy); this waits until "
          + "the cluster shows the result.")
    }
    plan.actions += waits.map { wait in
      var wait = wait
      if !isRunHere { wait.limit = max(wait.limit, .seconds(3_600)) }
      return .wait(wait)
    }
    plan.notes += notes.map(Note.init)
  }

  private var notes: [String] {
    var notes = ["Kubespray reads \(form.text)."]
    let ignored = inventory.ignoredVariables(form)
    if !ignored.isEmpty {
      notes.append(
        "It ignores without a word: \(ignored.joined(separator: ", ")) (the other form).")
    }
    for name in ["metallb_enabled", "metallb_speaker_enabled"] where inventory.isExpression(name) {
      notes.append("\(name) is an expression and is left; see that it is true.")
    }
    if let pool = wish.pool, wish.handsOut, form == .new, inventory.isKeptBack(pool: pool) {
      notes.append(
        "auto_assign of the pool \(SafeText.line(pool, limit: 80)) becomes true: Akash's Services do "
          + "not ask for a pool by name.")
    }
    if wish.enablesMetalLB, inventory.bool("metallb_speaker_enabled") == false {
      notes.append(
        "metallb_speaker_enabled becomes true. Where it was off because Calico announces the addresses "
          + "(calico_advertise_service_loadbalancer_ips), change those ranges too.")
    }
    notes += inventory.remarks
    if form == .old {
      notes.append(
        "Kubespray up to v2.21 brings MetalLB 0.12.1, which has no pools as objects: use v2.22 or "
          + "later, or go on with step migrate.")
    }
    return notes
  }
}

extension FileChange {
  /// The change back to the text expected before; only for a file that was there.
  var reversed: FileChange {
    let new = FileLines(contents.reveal())
    let old = FileLines(expected?.reveal() ?? "")
    return FileChange(
      path: path, contents: expected ?? SecretText(""),
      diff: UnifiedDiff.make(
        old: contents.reveal(), new: expected?.reveal() ?? "", name: path, context: 0),
      expected: contents, edits: LineEdit.edits(from: new, to: old), keepsMode: keepsMode)
  }
}

extension ClusterSnapshot {
  /// With the inventory as a step of Kubespray's way writes it.
  func withInventory(
    of wish: (KubesprayForm) -> KubesprayInventory.Wish, _ settings: ConsoleSettings
  ) -> ClusterSnapshot {
    guard let inventory = inventory.value, let form = kubesprayForm(settings),
      let changes = try? inventory.changes(wish(form))
    else { return self }
    var snapshot = self
    snapshot.inventory = self.inventory.map { _ in inventory.applying(changes) }
    return snapshot
  }
}
