import Testing

@testable import Basics
@testable import Execution

/// A saved command reaches the cluster by the name it has now.
@Suite struct ConnectionTests {
  private static let now = Connection(kubeconfig: "/new", context: "new")

  @Test(arguments: [Connection(), Connection(kubeconfig: "/old", context: "old")])
  func aSavedCommandIsTheSameAsOneMadeNow(before: Connection) {
    func commands(_ connection: Connection) -> [Command] {
      let kubectl = Kubectl(connection)
      let helm = Helm(connection)
      return [
        kubectl.createNamespace("a"), kubectl.rolloutStatus("deployment/x", namespace: "a"),
        kubectl.patch("configmap", "x", namespace: "a", operations: "[]", purpose: "test"),
        kubectl.raw("/healthz", purpose: "test"),
        helm.rollback("metallb", to: 2, namespace: "a"), helm.uninstall("x", namespace: "a"),
      ]
    }
    #expect(commands(before).map { $0.reaching(Self.now) } == commands(Self.now))
    #expect(commands(before).map { $0.reaching(Connection()) } == commands(Connection()))
  }

  @Test func waitsAreTakenAlongAndOtherToolsLeftAlone() {
    let wait = Wait(
      until: "it is", probe: Kubectl(Connection()).createNamespace("a"), passes: .succeeds,
      limit: .seconds(1))
    guard case .wait(let moved) = Action.wait(wait).reaching(Self.now) else { return }
    #expect(moved.probe == Kubectl(Self.now).createNamespace("a"))
    let playbook = Ansible.version()
    #expect(playbook.reaching(Self.now) == playbook)
  }
}
