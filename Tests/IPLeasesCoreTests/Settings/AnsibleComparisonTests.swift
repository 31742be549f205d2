import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster

/// What is read of an inventory, and what its edit leaves, beside what Ansible itself says of it.
struct AnsibleComparisonTests {
  private static let variables = RandomInventoryTree.switches + ["metallb_config"]

  private let wish = KubesprayInventory.Wish(
    form: .new, enablesMetalLB: true, setsStrictARP: true, pool: "default",
    ranges: ["203.0.113.0/28", "198.51.100.10-198.51.100.14"])

  @Test(
    .seeded, .enabled(if: AnsibleTool.isHere, "there is no ansible-inventory (ansible-core)"))
  func randomTreesAreReadAndEditedAsAnsibleReadsThem() throws {
    var random = SeededRandom(stream: 20_270)
    let count = Amount(24, large: 500).count
    let folder = TemporaryFolder()
    let sources = try (0..<count).map { number in
      try RandomInventoryTree.lay(in: folder.file("\(number)"), &random)
    }
    let before = try AnsibleTool.variables(sources)
    var refused = 0
    var edited: [Int: KubesprayInventory] = [:]
    for (index, source) in sources.enumerated() {
      let inventory = try InventoryReader.read(source)
      compare(inventory, try before[index].get(), index)
      do throws(UserMessage) {
        let changes = try inventory.changes(wish)
        for change in changes {
          try AtomicFile.createFolder(AtomicFile.folder(of: change.path))
          try AtomicFile.write(Data(change.contents.reveal().utf8), to: change.path)
        }
        edited[index] = inventory
      } catch {
        #expect(error.advice != nil)
        refused += 1
      }
    }
    let after = try AnsibleTool.variables(sources)
    for (index, source) in sources.enumerated() where edited[index] != nil {
      let found = try after[index].get()
      let inventory = try InventoryReader.read(source)
      compare(inventory, found, index)
      #expect(try inventory.changes(wish) == [], "tree \(index)")
      for node in inventory.layout.masters { checkWish(found[node.name] ?? .null, index) }
      // Nothing else became another.
      for (host, old) in try before[index].get() {
        for (name, value) in old.fields where !name.hasPrefix("metallb_") {
          if name == KubesprayInventory.strictARP { continue }
          #expect(found[host]?[name] == value, "tree \(index): \(name) of \(host)")
        }
      }
    }
    #expect(refused < count / 2, "\(refused) of \(count) were not edited")
  }

  private func compare(
    _ inventory: KubesprayInventory, _ hosts: [String: JSONValue], _ index: Int
  ) {
    #expect(!inventory.layout.nodes.isEmpty)
    for node in inventory.layout.nodes {
      for name in Self.variables {
        let own = inventory.layout.winner(of: name, on: node)?.value.json ?? .null
        let real = hosts[node.name]?[name] ?? .null
        #expect(own == real, "tree \(index): \(name) of \(node.name)")
      }
    }
  }

  private func checkWish(_ host: JSONValue, _ index: Int) {
    for name in RandomInventoryTree.switches {
      #expect(
        host[name] == .bool(true) || host[name].text == "yes" || host[name].text == "true",
        "tree \(index): \(name)")
    }
    let ranges = host["metallb_config"]["address_pools"]["default"]["ip_range"].items.map(\.text)
    #expect(ranges == wish.ranges.map(Optional.some), "tree \(index)")
  }
}

extension YAMLNode {
  /// As Python's reader of YAML 1.1 has it; only for what the trees hold.
  fileprivate var json: JSONValue {
    switch content {
    case .mapping(let pairs):
      var fields: [String: JSONValue] = [:]
      for pair in pairs { fields[pair.key.string ?? ""] = pair.value.json }
      return .object(fields)
    case .sequence(let items): return .array(items.map(\.json))
    case .scalar(let text, let style):
      if style != .plain { return .string(text) }
      if isNull { return .null }
      return bool.map { .bool($0) } ?? Int(text).map { .int($0) } ?? .string(text)
    }
  }
}
