import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct KubesprayInventoryTests {
  private let ranges = ["203.0.113.0/28"]

  private func inventory(
    _ text: String, kind: InventoryFile.Kind = .variables, path: String = "/k/addons.yml"
  ) -> KubesprayInventory {
    KubesprayInventory(
      path: path, files: [InventoryFile(path: path, text: SecretText(text), kind: kind)])
  }

  /// The edited text; the text itself where nothing is to be changed.
  private func edited(
    _ text: String, _ wish: KubesprayInventory.Wish, kind: InventoryFile.Kind = .variables
  ) throws -> String {
    try inventory(text, kind: kind).changes(wish).first?.contents.reveal() ?? text
  }

  private func wholeWish(_ form: KubesprayForm = .new) -> KubesprayInventory.Wish {
    KubesprayInventory.Wish(
      form: form, enablesMetalLB: true, setsStrictARP: true, pool: "default", ranges: ranges)
  }

  private let block = """
    metallb_config:
      address_pools:
        default:
          ip_range:
            - "203.0.113.0/28"
          auto_assign: true
      layer2:
        - default

    """

  @Test func aDeliveredFileGetsMetalLBBesideItsOwnLines() throws {
    let text = InventoryTexts.addons
    let expected = text.replacing("metallb_enabled: false", with: "metallb_enabled: true")
      .replacing(
        "metallb_speaker_enabled: \"{{ metallb_enabled }}\"\n",
        with: "metallb_speaker_enabled: \"{{ metallb_enabled }}\"\n\(block)"
      )
      .replacing(
        "krew_root_dir: \"/usr/local/krew\"\n",
        with: "krew_root_dir: \"/usr/local/krew\"\nkube_proxy_strict_arp: true\n")
    #expect(try edited(text, wholeWish()) == expected)
  }

  @Test func aPoolThatIsAnnouncedByBGPStaysSo() throws {
    let new = """
      metallb_config:
        address_pools:
          default:
            ip_range: [192.0.2.0/28]
            auto_assign: true
        layer3:
          defaults: {peer_port: 179}
          communities: {vpn: "1234:1"}
          metallb_peers: {p: {peer_address: 10.0.0.1, address_pool: [default]}}

      """
    let replaced = new.replacing("[192.0.2.0/28]", with: "[\"203.0.113.0/28\"]")
    let wish = KubesprayInventory.Wish(form: .new, pool: "default", ranges: ranges)
    #expect(try edited(new, wish) == replaced)
    let old = """
      metallb_protocol: "bgp"
      metallb_pool_name: default
      metallb_ip_range: [192.0.2.0/28]

      """
    let oldWish = KubesprayInventory.Wish(form: .old, pool: "default", ranges: ranges)
    #expect(
      try edited(old, oldWish)
        == old.replacing("[192.0.2.0/28]", with: "[\"203.0.113.0/28\"]"))
    // One that is new there is announced by the local network, as ever.
    let lan = KubesprayInventory.Wish(form: .new, pool: "lan", ranges: ranges)
    #expect(try edited(new, lan).contains("layer2:"))
  }

  @Test(arguments: [InventoryTexts.addons, InventoryTexts.config, "a: b\n", "a: b"])
  func aSecondRunChangesNothing(text: String) throws {
    for form in KubesprayForm.allCases {
      let once = try edited(text, wholeWish(form))
      #expect(once != text)
      #expect(try inventory(once).changes(wholeWish(form)) == [])
    }
  }

  @Test func windowsLineEndsStay() throws {
    let text = InventoryTexts.addons.replacing("\n", with: "\r\n")
    let expected = try edited(InventoryTexts.addons, wholeWish()).replacing("\n", with: "\r\n")
    #expect(try edited(text, wholeWish()).utf8.elementsEqual(expected.utf8))
  }

  @Test func theInventoryItselfGetsThemAmongItsVariables() throws {
    let text = InventoryTexts.hosts
    let new = """
          cluster_id: "1.0.0.1"
          metallb_enabled: true
          metallb_speaker_enabled: true
          metallb_pool_name: default
          metallb_protocol: layer2
          metallb_ip_range:
            - "203.0.113.0/28"
          kube_proxy_strict_arp: true

      """
    let expected = text.replacing("    cluster_id: \"1.0.0.1\"\n", with: new)
    let made = try edited(text, wholeWish(.old), kind: .inventory)
    #expect(Set(made.split(separator: "\n")) == Set(expected.split(separator: "\n")))
    #expect(
      made.hasSuffix(text.split(separator: "  hosts:\n    node1:").last.map(String.init) ?? "?"))
    #expect(try inventory(made, kind: .inventory).changes(wholeWish(.old)) == [])
  }

  @Test func anInventoryWithoutVariablesGetsTheSection() throws {
    let made = try edited(
      "all:\n  hosts:\n    node1: {ansible_host: 10.0.0.1}\n",
      KubesprayInventory.Wish(form: .new, setsStrictARP: true), kind: .inventory)
    #expect(
      made == "all:\n  hosts:\n    node1: {ansible_host: 10.0.0.1}\n"
        + "  vars:\n    kube_proxy_strict_arp: true\n")
  }

  @Test func rangesThatStayKeepTheirLinesWithCommentsAndQuotes() throws {
    let text = InventoryTexts.config
    let made = try inventory(text).changes(
      forPool: "default", ranges: ["203.0.113.0/29", "198.51.100.0/28"], form: .new)
    let expected = text.replacing(
      "        - '203.0.113.16-203.0.113.20'\n", with: "        - \"198.51.100.0/28\"\n")
    #expect(made.map { $0.contents.reveal() } == [expected])
  }

  @Test func anotherPoolIsAddedBehindTheOthersAndAnnounced() throws {
    let text = InventoryTexts.config
    let made = try edited(
      text, KubesprayInventory.Wish(form: .new, pool: "extra", ranges: ranges))
    let expected =
      text.replacing(
        "      auto_assign: true\n  layer2:",
        with: """
                auto_assign: true
              extra:
                ip_range:
                  - "203.0.113.0/28"
                auto_assign: true
            layer2:
          """
      ).replacing("    - default\n  #", with: "    - default\n    - extra\n  #")
    #expect(made == expected)
  }

  @Test(arguments: [
    ("metallb_config: {}\n", "metallb_config:\n"),
    ("metallb_config:\n", "metallb_config:\n"),
    ("metallb_config: null  # none\n", "metallb_config:  # none\n"),
  ])
  func anEmptyValueIsFilled(text: String, head: String) throws {
    let made = try edited(
      text, KubesprayInventory.Wish(form: .new, pool: "default", ranges: ranges))
    let body = block.split(separator: "\n").dropFirst().map { $0 + "\n" }.joined()
    #expect(made == head + body)
  }

  @Test func aListOnOneLineStaysOnOneLine() throws {
    let text = "metallb_ip_range: [\"10.0.0.0/24\", 10.1.0.0/24]  # c\nmetallb_pool_name: default\n"
    let made = try inventory(text).changes(
      forPool: "default", ranges: ["203.0.113.0/28", "2001:db8::/126"], form: .old)
    #expect(
      made.first?.contents.reveal()
        == "metallb_ip_range: [\"203.0.113.0/28\", \"2001:db8::/126\"]  # c\n"
        + "metallb_pool_name: default\nmetallb_protocol: layer2\n")
  }

  @Test func variablesOfTheOtherFormAreToldAndLeft() throws {
    let text = "metallb_ip_range:\n  - 10.0.0.0/24\nmetallb_pool_name: default\n"
    #expect(inventory(text).ignoredVariables(.new) == ["metallb_ip_range", "metallb_pool_name"])
    #expect(inventory(text).ignoredVariables(.old) == [])
    #expect(inventory(InventoryTexts.config).ignoredVariables(.old) == ["metallb_config"])
    let made = try edited(
      text, KubesprayInventory.Wish(form: .new, pool: "default", ranges: ranges))
    #expect(made == text + block)
    let back = try edited(
      made, KubesprayInventory.Wish(form: .old, pool: "default", ranges: ["10.0.0.0/24"]))
    #expect(
      back
        == made.replacing(
          "default\nmetallb_config", with: "default\nmetallb_protocol: layer2\nmetallb_config")
        || back == made + "metallb_protocol: layer2\n")
  }

  @Test func eachVariableIsChangedWhereItCounts() throws {
    let hosts = InventoryFile(
      path: "/i/hosts.yaml", text: SecretText(InventoryTexts.hosts), kind: .inventory)
    let addons = InventoryFile(
      path: "/i/addons.yml", text: SecretText(InventoryTexts.addons), kind: .variables)
    let cluster = InventoryFile(
      path: "/i/k8s-cluster.yml",
      text: SecretText("kube_proxy_mode: ipvs\nkube_proxy_strict_arp: false\n"), kind: .variables)
    let inventory = KubesprayInventory(path: "/i/hosts.yaml", files: [hosts, addons, cluster])
    let changes = try inventory.changes(wholeWish())
    #expect(changes.map(\.path) == ["/i/addons.yml", "/i/k8s-cluster.yml"])
    #expect(
      changes.last?.contents.reveal() == "kube_proxy_mode: ipvs\nkube_proxy_strict_arp: true\n")
    #expect(changes.map(\.keepsMode) == [true, true])
  }

  @Test(arguments: [
    "metallb_config: {address_pools: {default: {ip_range: [10.0.0.0/8]}}}\n",
    "metallb_config:\n  address_pools:\n    default:\n      ip_range: \"{{ ranges }}\"\n",
    "metallb_config: &m\n  address_pools: {}\nother: *m\n",
    "metallb_config: \"{{ config }}\"\n",
    "metallb_enabled: true\nmetallb_enabled: false\n",
    "- a\n- b\n", "[all]\nnode1 ansible_host=10.0.0.1\n",
  ])
  func whatCannotBeEditedSafelyIsRefusedWithWhatToWrite(text: String) throws {
    let wish = KubesprayInventory.Wish(form: .new, pool: "default", ranges: ranges)
    let error = #expect(throws: UserMessage.self) { try inventory(text).changes(wish) }
    #expect(error?.advice != nil)
  }

  @Test func noValueOfAnotherVariableIsShown() throws {
    for (text, kind) in [
      (InventoryTexts.addons, InventoryFile.Kind.variables), (InventoryTexts.hosts, .inventory),
    ] {
      let change = try #require(try inventory(text, kind: kind).changes(wholeWish()).first)
      #expect(change.diff.contains("+"))
      #expect(!change.diff.contains("CANARY"))
      #expect(!change.diff.contains("CERTIFICATE"))
    }
  }

  @Test func whatTheVariablesSayIsRead() {
    let config = inventory(InventoryTexts.config)
    #expect(config.bool("metallb_enabled") == true)
    #expect(config.ranges(ofPool: "primary", .new) == ["10.5.0.0/24"])
    #expect(config.ranges(ofPool: "default", .old) == nil)
    #expect(config.announces("default", .new))
    #expect(inventory(InventoryTexts.addons).isExpression("metallb_speaker_enabled"))
    #expect(inventory("kube_proxy_strict_arp: \"yes\"\n").bool("kube_proxy_strict_arp") == true)
  }

  @Test func theEditsByLineGiveTheSameText() throws {
    for text in [InventoryTexts.addons, InventoryTexts.config, "a: b"] {
      let change = try #require(try inventory(text).changes(wholeWish()).first)
      #expect(try LineEdit.apply(change.edits, to: text) == change.contents.reveal())
    }
  }

  /// What is shown of an edit is computed from lines too.
  @Test(.seeded) func aMutatedTextIsEditedOrRefused() throws {
    var random = SeededRandom(stream: 20_262)
    var editedCount = 0
    for _ in 0..<Amount(1_000, large: 20_000).count {
      let text = YAMLEditTests.mutated(&random)
      let kind: InventoryFile.Kind = Bool.random(using: &random) ? .variables : .inventory
      let wish = RandomInventory.wish(&random)
      let inventory = inventory(text, kind: kind)
      guard let changes = try? inventory.changes(wish) else { continue }
      editedCount += 1
      #expect(try inventory.applying(changes).changes(wish) == [], "\(text.debugDescription)")
    }
    #expect(editedCount > 20)
  }

  @Test(.seeded) func ofRandomFilesOnlyTheLinesMeantDiffer() throws {
    var random = SeededRandom(stream: 20_261)
    var editedCount = 0
    let count = Amount(500, large: 2_000).count
    for _ in 0..<count {
      let text = RandomInventory.make(&random)
      let wish = RandomInventory.wish(&random)
      guard let changes = try? inventory(text).changes(wish) else { continue }
      let made = changes.first?.contents.reveal() ?? text
      editedCount += 1
      // Every line of other variables, in its order and with its end, is in both.
      #expect(RandomInventory.foreignLines(made) == RandomInventory.foreignLines(text))
      #expect(try inventory(made).changes(wish) == [])
      if let pool = wish.pool {
        #expect(inventory(made).ranges(ofPool: pool, wish.form) == wish.ranges)
      }
    }
    #expect(editedCount > count * 3 / 4)
  }
}

/// Group vars put together from pieces that occur in them.
private enum RandomInventory {
  private static let foreign = [
    "# a comment\n", "\n", "other_%: 5   # why\n", "text_%: |\n  # no comment\n  word: x\n",
    "list_%:\n- a\n- \"b: c\"\n", "anchor_%: &a% {x: 1}\nuse_%: *a%\n",
    "jinja_%: \"{{ groups['all'] | length }}\"\n",
    "secret_%: !vault |\n  $ANSIBLE_VAULT;1.1\n  6162\n",
    "folded_%: >-\n  one\n\n  two\n", "umlaut_%: \"äöü 🎉\"  \n", "  # indented comment\n",
  ]
  private static let own = [
    "metallb_enabled: false\n", "metallb_speaker_enabled: \"{{ metallb_enabled }}\"\n",
    "metallb_ip_range:\n- 10.0.0.0/24\n- '10.0.1.0/24'\n", "metallb_pool_name: loadbalanced\n",
    "kube_proxy_strict_arp: no\n",
    "metallb_config:\n  address_pools:\n    default:\n      ip_range: [ 10.0.0.0/24 ]\n",
    "metallb_config: {}\n",
    "metallb_config:\n    layer2:\n    - other\n    address_pools:\n        other:\n            "
      + "ip_range:\n            - 10.9.0.0/24\n",
  ]

  static func make(_ random: inout SeededRandom) -> String {
    var text = Bool.random(using: &random) ? "---\n" : ""
    var number = 0
    var names: Set<Substring> = []
    for _ in 0..<Int.random(in: 1...14, using: &random) {
      number += 1
      if Int.random(in: 0..<3, using: &random) == 0, let piece = own.randomElement(using: &random),
        names.insert(piece.prefix { $0 != ":" }).inserted
      {
        text += piece
      } else if let piece = foreign.randomElement(using: &random) {
        text += piece.replacing("%", with: String(number))
      }
    }
    text += "last_one: x\n"
    if Bool.random(using: &random) { text.removeLast() }
    return Bool.random(using: &random) ? text.replacing("\n", with: "\r\n") : text
  }

  static func wish(_ random: inout SeededRandom) -> KubesprayInventory.Wish {
    let all = ["203.0.113.0/28", "198.51.100.10-198.51.100.14", "10.0.0.0/24", "2001:db8::/126"]
    let ranges = Array(all.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))
    let form = KubesprayForm.allCases.randomElement(using: &random) ?? .new
    return KubesprayInventory.Wish(
      form: form, enablesMetalLB: .random(using: &random), setsStrictARP: .random(using: &random),
      pool: Bool.random(using: &random) ? "default" : nil, ranges: ranges)
  }

  /// The lines that belong to none of our variables, byte for byte, but for the end of the last.
  static func foreignLines(_ text: String) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var isOwn = false
    for line in Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false) {
      let word = String(decoding: line, as: UTF8.self)
      let first = word.unicodeScalars.first
      let isKey = first.map { $0.properties.isAlphabetic } ?? false
      if isKey { isOwn = word.hasPrefix("metallb_") || word.hasPrefix("kube_proxy_") }
      let isSilent = word.drop { $0 == " " }.isEmpty || word.contains("#")
      if !isOwn || (isSilent && !isKey) { lines.append(line.filter { $0 != 0x0D }) }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
