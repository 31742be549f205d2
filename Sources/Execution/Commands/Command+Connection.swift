/// Commands that were saved: the cluster may be reached by another name by now.
extension Command {
  private static let flags: [Tool: String] = [.kubectl: "--context", .helm: "--kube-context"]

  /// The same command for a cluster as it is reached now.
  package func reaching(_ connection: Connection) -> Command {
    guard let flag = Self.flags[tool] else { return self }
    let names = [flag, "--kubeconfig"]
    let values = [connection.context, connection.kubeconfig]
    func changed(_ arguments: [String]) -> [String] {
      var kept: [String] = []
      var rest = arguments[...]
      while let word = rest.popFirst() {
        if names.contains(word), !rest.isEmpty {
          rest.removeFirst()
        } else {
          kept.append(word)
        }
      }
      return zip(names, values).reduce(kept) { all, pair in
        pair.1.map { all + [pair.0, $0] } ?? all
      }
    }
    var command = self
    command.arguments = changed(arguments)
    command.dryRunArguments = dryRunArguments.map(changed)
    return command
  }
}
