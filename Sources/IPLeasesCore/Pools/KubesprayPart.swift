import Addresses
import Basics
import Cluster
import Execution

/// What an edit of a pool means for the inventory MetalLB came by: the next playbook run would bring
/// the ranges back that stand there.
struct KubesprayPart {
  /// Empty where MetalLB came by another way, and where the inventory says the same already.
  private(set) var files: [FileChange] = []
  private(set) var notes: [Note] = []

  init(
    _ change: PoolChange, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings,
    _ inventory: KubesprayInventory?
  ) {
    guard snapshot.way(settings) == .kubespray else { return }
    guard let inventory else {
      if change.old.entries != change.new.entries {
        notes.append(
          Note(
            "MetalLB came by Kubespray: change the inventory too ("
              + "\(own: "pools export -o kubespray") prints the variables), or the next playbook run brings the old ranges back."
          ))
      }
      return
    }
    let name = change.new.name
    let path = SafeText.line(inventory.path, limit: 200)
    let form = snapshot.kubesprayForm(settings) ?? Self.form(of: inventory)
    guard inventory.ranges(ofPool: name, form) != nil else {
      notes.append(
        Note(
          "The inventory \(path) lists no ranges for the pool \(SafeText.line(name, limit: 80)), so it "
            + "is not changed; where it works them out by an expression, change that too."))
      return
    }
    do throws(UserMessage) {
      files = try inventory.changes(forPool: name, ranges: change.new.entries.texts, form: form)
    } catch {
      notes.append(
        .warning(
          "the inventory is not changed here. "
            + [Advice(error.what), error.reason.map { Advice($0) }, error.advice].compactMap(\.self)
            .joined(separator: " ")))
    }
    if !files.isEmpty {
      notes.append(
        Note(
          "The inventory is changed too (\(form.text)), or the next playbook run would bring the old "
            + "ranges back."))
    }
    notNamed(change)
  }

  /// The plan where the pool in the cluster is as it shall be.
  func planAlone(_ change: PoolChange) -> Plan {
    var plan = Plan(id: PoolEdit.step.rawValue, title: change.title)
    guard !files.isEmpty else { return plan }
    let name = SafeText.line(change.new.name, limit: 80)
    plan.title = "Bring the inventory to the ranges of the pool \(name)"
    plan.actions = files.map(Action.file)
    plan.cannotUndo = "the inventory keeps the pool's ranges; its diff shows what stood there"
    plan.notes = notes
    plan.undoID = change.undoID
    return plan
  }

  /// Variables for these are not written here.
  private mutating func notNamed(_ change: PoolChange) {
    var others: [String] = []
    if change.old.autoAssign != change.new.autoAssign { others.append("auto_assign") }
    if change.old.avoidBuggyIPs != change.new.avoidBuggyIPs { others.append("avoid_buggy_ips") }
    if change.announcements.contains(where: { $0.pools != nil }) {
      others.append("the announcement")
    }
    if change.announcements.contains(where: \.changesReach) {
      notes.append(
        Note(
          "Kubespray has no variables for the nodes and interfaces of an advertisement: look at it "
            + "after the next playbook run."))
    }
    guard !others.isEmpty else { return }
    notes.append(
      Note(
        "Write \(others.joined(separator: ", ")) into the inventory by hand: "
          + "\(own: "pools export -o kubespray") prints the variables."))
  }

  /// What the variables are written for.
  private static func form(of inventory: KubesprayInventory) -> KubesprayForm {
    let hasOldOnly =
      !inventory.ignoredVariables(.new).isEmpty && inventory.ignoredVariables(.old).isEmpty
    return hasOldOnly ? .old : .new
  }
}
