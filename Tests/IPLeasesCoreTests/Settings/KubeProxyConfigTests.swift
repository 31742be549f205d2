import Testing

@testable import Basics
@testable import Cluster
@testable import IPLeasesCore

struct KubeProxyConfigTests {
  private let usual = """
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    clusterCIDR: 10.233.64.0/18
    iptables:
      masqueradeAll: false
    ipvs:
      excludeCIDRs: null
      scheduler: ""
      strictARP: false
      syncPeriod: 0s
    kind: KubeProxyConfiguration
    mode: ipvs

    """

  @Test func modeAndFlagAreRead() throws {
    let config = try KubeProxyConfig(parsing: usual)
    #expect(config.mode == .ipvs)
    #expect(config.strictARP == false)
  }

  @Test(arguments: [
    ("mode: \"\"\n", KubeProxyConfig.Mode.iptables), ("mode:\n", .iptables),
    ("kind: x\n", .iptables), ("mode: iptables\n", .iptables), ("mode: 'nftables'\n", .nftables),
    ("mode: userspace\n", nil),
  ])
  func anEmptyModeIsIptables(text: String, mode: KubeProxyConfig.Mode?) throws {
    let config = try KubeProxyConfig(parsing: text)
    #expect(config.mode == mode)
    #expect(config.strictARP == nil)
  }

  @Test func onlyTheOneWordIsChanged() throws {
    let config = try KubeProxyConfig(parsing: usual)
    #expect(
      try config.settingStrictARP(true)
        == usual.replacing("strictARP: false", with: "strictARP: true"))
  }

  @Test func whatIsSetAlreadyStaysByteForByte() throws {
    let text = usual.replacing("strictARP: false", with: "strictARP:   true  # yes")
    #expect(try KubeProxyConfig(parsing: text).settingStrictARP(true) == text)
  }

  @Test(arguments: [
    ("ipvs:\n  scheduler: \"\"\n", "ipvs:\n  strictARP: true\n  scheduler: \"\"\n"),
    ("ipvs: # c\n    a: 1\nmode: x", "ipvs: # c\n    strictARP: true\n    a: 1\nmode: x"),
    ("ipvs: {}\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"),
    ("ipvs: null # n\n", "ipvs: # n\n  strictARP: true\n"),
    ("ipvs:\nmode: ipvs\n", "ipvs:\n  strictARP: true\nmode: ipvs\n"),
    ("mode: ipvs", "mode: ipvs\nipvs:\n  strictARP: true"),
    ("mode: ipvs\r\na: b\r\n", "mode: ipvs\r\na: b\r\nipvs:\r\n  strictARP: true\r\n"),
    ("ipvs:\n  strictARP:\n", "ipvs:\n  strictARP: true\n"),
    ("ipvs: {strictARP: false, a: 1}\n", "ipvs: {strictARP: true, a: 1}\n"),
    ("ipvs:\n  strictARP: \"false\"  # x\n", "ipvs:\n  strictARP: true  # x\n"),
    (
      "a: |\n  strictARP: false\nipvs:\n  strictARP: no\n",
      "a: |\n  strictARP: false\nipvs:\n  strictARP: true\n"
    ),
    ("mode: ipvs\n...\n", "ipvs:\n  strictARP: true\nmode: ipvs\n...\n"),
    (
      "---\n  mode: ipvs\n  a: |-\n    x",
      "---\n  mode: ipvs\n  a: |-\n    x\n  ipvs:\n"
        + "    strictARP: true"
    ),
  ])
  func aMissingKeyIsPutWhereItBelongs(text: String, edited: String) throws {
    let result = try KubeProxyConfig(parsing: text).settingStrictARP(true)
    #expect(Array(result.utf8) == Array(edited.utf8))
    #expect(try KubeProxyConfig(parsing: result).strictARP == true)
  }

  @Test(arguments: ["ipvs: {a: 1}\n", "ipvs: [1]\n", "ipvs: text\n", "ipvs:\n  strictARP: [a]\n"])
  func whatCannotBeEditedIsRefusedWithAWayByHand(text: String) throws {
    let config = try KubeProxyConfig(parsing: text)
    #expect {
      try config.settingStrictARP(true)
    } throws: { ($0 as? UserMessage)?.advice?.text().contains("by hand") == true }
  }

  @Test(arguments: ["", "null", "[]", "text", "a: b: c", "a: 1\na: 2", "a: 1\n---\nb: 2\n"])
  func whatIsNoConfigurationIsRefused(text: String) {
    #expect(throws: UserMessage.self) { try KubeProxyConfig(parsing: text) }
  }
}
