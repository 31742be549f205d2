import Execution

extension FactName {
  /// The first line ansible-playbook says of itself; not known where it is not there.
  package static let playbook = FactName("playbook")
}

extension ClusterSnapshot {
  package var playbook: Fact<String> {
    get { self[.playbook] }
    set { self[.playbook] = newValue }
  }
}

extension FactDefinition {
  static let playbook = FactDefinition.asked(
    .playbook, calm: nil,
    [
      Question { _, settings in
        guard settings.inventory != nil else { return [] }
        return [
          .text(.tool(Ansible.version()), to: .playbook) {
            $0.split(separator: "\n").first.map(String.init)
          }
        ]
      }
    ])
}
