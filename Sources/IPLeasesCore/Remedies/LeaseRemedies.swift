import Basics
import Cluster
import Execution

/// Cures of what leases leave behind.
enum LeaseRemedies {
  static let deleteOrphans = Remedy(
    .deleteOrphans, "Delete the Services of leases that are gone",
    helps: "a Service of a lease holds its address though nothing declares it any more",
    helpsNot: "the declarations of leases that go on were lost: restart the provider for that",
    needs: [.manifests], requires: [.cluster, .leasedIPs]
  ) { snapshot, settings throws(UserMessage) in
    let found = AddressDeclarations(snapshot)
    guard found.lost.isEmpty else {
      throw UserMessage(
        "Nothing is deleted: leases that go on have lost their declarations.",
        reason: DeclarationChecks.names(found.lost),
        advice: RemedyID.restartProvider.advice)
    }
    guard !found.orphans.isEmpty else {
      throw UserMessage("There is nothing to put right.", reason: "no Service is left over")
    }
    let kubectl = Kubectl(settings.connection)
    var plan = Plan(
      id: RemedyID.deleteOrphans.rawValue, title: "Delete the Services of leases that are gone")
    plan.actions = found.orphans.map { orphan in
      .command(
        kubectl.delete(
          "service", orphan.metadata.name, namespace: orphan.metadata.namespace ?? "",
          purpose: "give back \(orphan.addresses.joined(separator: ", "))"))
    }
    let holders = found.orphans.compactMap(AddressHolder.init)
    plan.touchedServices = found.orphans.count
    plan.moved = holders.map(MovedService.init)
    plan.touches = ["\(found.orphans.count) Service(s) end, each with its address"]
    plan.cannotUndo = "Their addresses are free then, and may be another's the next moment."
    plan.note(
      "Who had them until now stays on record: \(own: "pools history ADDRESS").")
    return plan
  }
}
