import Foundation

/// What a reading command of helm looks up in the Secrets that helm keeps its releases in. Whatever is
/// not plain from its arguments, the tool is asked.
enum HelmRead: Hashable, Sendable {
  /// The last revision of each release of all namespaces, but for those that are gone.
  case list
  case values(release: String, namespace: String)

  init?(_ command: Command) {
    guard command.tool == .helm, !command.changes else { return nil }
    var words = command.arguments[...]
    var plain: [String] = []
    var namespace: String?
    var output: String?
    while let word = words.popFirst() {
      switch word {
      case "-n", "-o", "--kube-context", "--kubeconfig":
        guard let value = words.popFirst() else { return nil }
        if word == "-n" { namespace = value }
        if word == "-o" { output = value }
      default: plain.append(word)
      }
    }
    if plain == Self.listWords, output == "json", namespace == nil {
      self = .list
    } else if plain.count == 3, plain.prefix(2) == ["get", "values"], output == "yaml",
      let namespace
    {
      self = .values(release: plain[2], namespace: namespace)
    } else {
      return nil
    }
  }

  private static let listWords = [
    "list", "--all-namespaces", "--deployed", "--failed", "--pending", "--uninstalling", "--max",
    "0",
  ]

  /// Helm keeps its releases in Secrets, and talks to the cluster that kubectl talks to.
  ///
  /// - Parameter kubectl: its path. Where no kubeconfig is named, one that is another program's (k3s)
  ///   may read a file that helm does not.
  static func isUsual(
    _ environment: [String: String], _ connection: Connection, kubectl: String
  ) -> Bool {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let isNamed = connection.kubeconfig != nil || variables["KUBECONFIG"]?.isEmpty == false
    let program = realpath(kubectl, nil).map { path in
      defer { free(path) }
      return String(cString: path)
    }
    guard isNamed || program?.hasSuffix("/kubectl") == true else { return false }
    return variables.allSatisfy { name, value in
      if value.isEmpty { return true }
      if name == "HELM_DRIVER" { return ["secret", "secrets"].contains(value) }
      return name != "HELM" && !name.hasPrefix("HELM_KUBE")
    }
  }
}
