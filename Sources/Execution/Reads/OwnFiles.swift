import Basics
import Foundation

/// Answers the two reads for which the tools only copy out of a file of their own: the kubeconfig's
/// cluster and helm's repositories. Starting a tool for them costs more than reading the file.
///
/// Wherever anything is out of the ordinary the answer is nil, and the tool is asked.
struct OwnFiles: Sendable {
  var environment: [String: String] = [:]

  private static let largest = 1 << 20

  func answer(_ command: Command) -> CommandResult? {
    // A tool that was named in place of the usual one may keep its files elsewhere.
    guard value(command.tool.rawValue.uppercased()) == nil else { return nil }
    let start = ContinuousClock.now
    let text =
      switch command.tool {
      case .kubectl: configuration(command.arguments)
      case .helm: repositories(command.arguments)
      case .curl, .ansiblePlaybook: String?.none
      }
    guard let text else { return nil }
    return CommandResult(
      exit: .code(0), standardOutput: Data(text.utf8), duration: ContinuousClock.now - start)
  }

  // MARK: kubectl config view --minify

  private func configuration(_ arguments: [String]) -> String? {
    guard arguments.prefix(5) == ["config", "view", "--minify", "-o", "json"] else { return nil }
    var rest = arguments.dropFirst(5)
    var named: [String: String] = [:]
    while let flag = rest.popFirst() {
      guard let word = rest.popFirst(), ["--context", "--kubeconfig"].contains(flag) else {
        return nil
      }
      named[flag] = word
    }
    let home = value("HOME").map { "\($0)/.kube/config" }
    // Several files, joined by colons, are merged by rules of their own.
    guard let path = named["--kubeconfig"] ?? value("KUBECONFIG") ?? home, !path.contains(":"),
      let root = read(path), let context = named["--context"] ?? root["current-context"]?.string
    else { return nil }
    let found = root["contexts"]?.items?.first { $0["name"]?.string == context }?["context"]
    guard let cluster = found?["cluster"]?.string,
      let server = root["clusters"]?.items?.first(where: { $0["name"]?.string == cluster })?[
        "cluster"]?["server"]?.string
    else { return nil }
    return json(View(context: context, server: server))
  }

  private struct View: Encodable {
    struct Named: Encodable { var cluster: [String: String] }
    var clusters: [Named]
    var context: String

    enum CodingKeys: String, CodingKey {
      case clusters
      case context = "current-context"
    }

    init(context: String, server: String) {
      self.context = context
      clusters = [Named(cluster: ["server": server])]
    }
  }

  // MARK: helm repo list

  private func repositories(_ arguments: [String]) -> String? {
    guard arguments == ["repo", "list", "-o", "json"] else { return nil }
    let folder =
      value("HELM_CONFIG_HOME") ?? value("XDG_CONFIG_HOME").map { "\($0)/helm" }
      ?? value("HOME").map { "\($0)/.config/helm" }
    let path = value("HELM_REPOSITORY_CONFIG") ?? folder.map { "\($0)/repositories.yaml" }
    guard let path, let items = read(path)?["repositories"]?.items, !items.isEmpty else {
      return nil
    }
    var rows: [[String: String]] = []
    for item in items {
      guard let name = item["name"]?.string, let url = item["url"]?.string else { return nil }
      rows.append(["name": name, "url": url])
    }
    return json(rows)
  }

  // MARK: Helpers

  private func value(_ name: String) -> String? {
    let found = environment[name] ?? ProcessInfo.processInfo.environment[name]
    return found?.isEmpty == true ? nil : found
  }

  private func read(_ path: String) -> YAMLNode? {
    guard let file = try? OpenFile(path, O_RDONLY | O_NONBLOCK),
      let bytes = try? file.read(at: 0, count: Self.largest), bytes.count < Self.largest,
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    return try? YAMLText(parsing: text, name: path).root
  }

  private func json(_ value: some Encodable) -> String? {
    (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) }
  }
}
