import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// An upgrade of MetalLB where Kubespray brought it: the edit of its inventory.
struct KubesprayUpgradeTests {
  private func kubespray(
    _ variables: String, checkout: String?, to: String? = "0.13.12"
  ) throws -> Plan {
    var settings = UpgradeSample.settings
    settings.inventory = "/k/addons.yml"
    let snapshot = try UpgradeSample.snapshot { snapshot in
      snapshot.releases.edit { $0.remove(at: 0) }
      snapshot.metallb.edit { objects in
        objects.deployments[0].metadata.labels = ["app": "metallb", "component": "controller"]
        objects.daemonSets[0].metadata.labels = ["app": "metallb", "component": "speaker"]
        objects.deployments[0].spec?.template?.spec?.containers?[0].image = "controller:v0.13.9"
      }
      snapshot.inventory = .known(
        KubesprayInventory(
          path: "/k/addons.yml",
          files: [
            InventoryFile(path: "/k/addons.yml", text: SecretText(variables), kind: .variables)
          ],
          checkout: checkout.map { KubesprayCheckout(folder: "/k", form: .new, version: $0) }),
        at: HealthyCluster.now)
    }
    return try Upgrade(part: .metallb, to: to).plan(snapshot, settings)
  }

  private func written(_ plan: Plan) -> String? {
    plan.actions.lazy.compactMap { action in
      if case .file(let change) = action, change.path == "/k/addons.yml" {
        change.contents.reveal()
      } else {
        nil
      }
    }.first
  }

  @Test(arguments: [
    ("metallb_version: v0.13.9\n", "2.31.0", "metallb_version: v0.13.12\n"),
    ("metallb_version: 0.13.9\n", nil, "metallb_version: 0.13.12\n"),
    ("metallb_enabled: true\n", "2.27.0", "metallb_enabled: true\nmetallb_version: v0.13.12\n"),
    ("metallb_enabled: true\n", "2.28.0", "metallb_enabled: true\nmetallb_version: 0.13.12\n"),
  ])
  func kubesprayIsGivenTheVersionAsItReadsIt(
    variables: String, checkout: String?, text: String
  ) throws {
    #expect(written(try kubespray(variables, checkout: checkout)) == text)
  }

  @Test func kubespraysPlanIsTheEditThenTheWaitForThePlaybook() throws {
    let plan = try kubespray("metallb_enabled: true\n", checkout: "2.31.0")
    #expect(
      Array(plan.summary.dropFirst()) == [
        "write /k/addons.yml", "wait MetalLB's controller is of 0.13.12",
      ] + UpgradeSample.metallbRollouts + [
        "wait MetalLB's metrics answer through Service controller"
      ])
    #expect(plan.summary[0].hasPrefix("write /s/metallb-pools-0.13.9-"))
    #expect(plan.undoSummary == ["write /k/addons.yml"])
    #expect(plan.notes.contains { $0.line().contains("keep metallb_version in the inventory") })
  }

  @Test func whatKubesprayCannotLayDownIsRefused() {
    for to in ["0.14.8", "0.16.1", nil] {
      #expect(throws: UserMessage.self) {
        try kubespray("metallb_enabled: true\n", checkout: "2.31.0", to: to)
      }
    }
    for variables in ["metallb_enabled: true\n", "metallb_version: \"{{ mine }}\"\n"] {
      #expect(throws: UserMessage.self) { try kubespray(variables, checkout: nil) }
    }
  }
}
