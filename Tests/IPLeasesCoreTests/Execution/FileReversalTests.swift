import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

struct FileReversalTests {
  private let folder = TemporaryFolder()
  private let old = "password: secret\nkube_proxy_strict_arp: false\nmetallb_enabled: true\n"
  private var path: String { folder.file("addons.yml") }

  /// The file edited for a pool, and how that is taken back.
  private func edited() throws -> FileReversal {
    let inventory = KubesprayInventory(
      path: path,
      files: [InventoryFile(path: path, text: SecretText(old), kind: .variables)])
    let wish = KubesprayInventory.Wish(
      form: .new, enablesMetalLB: true, setsStrictARP: true, pool: "default",
      ranges: ["203.0.113.0/28"])
    let change = try #require(try inventory.changes(wish).first)
    try Data(change.contents.reveal().utf8).write(to: URL(filePath: path))
    return try #require(FileReversal(change.reversed))
  }

  private func lines() throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
  }

  @Test func theEditIsTakenBackWithoutTheFileHavingBeenKept() throws {
    let reversal = try edited()
    let kept = String(decoding: try JSONEncoder().encode(reversal), as: UTF8.self)
    #expect(!kept.contains("secret"))
    #expect(try reversal.change().contents.reveal() == old)
    #expect(try reversal.change().keepsMode)
  }

  @Test func anotherLineMayHaveChangedMeanwhile() throws {
    let reversal = try edited()
    var now = try lines()
    now[0] = "password: renewed"
    try Data(now.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    #expect(
      try reversal.change().contents.reveal()
        == old.replacing("password: secret", with: "password: renewed"))
  }

  @Test(arguments: ["replaced", "removed", "more", "gone"])
  func afterAChangeOfTheSameLinesNothingIsTakenBack(what: String) throws {
    let reversal = try edited()
    var now = try lines()
    let flag = try #require(now.firstIndex(of: "kube_proxy_strict_arp: true"))
    let range = try #require(now.firstIndex { $0.contains("203.0.113.0/28") })
    switch what {
    case "replaced": now[flag] = "kube_proxy_strict_arp: \"{{ ours }}\""
    case "removed": now[range] = "      - 198.51.100.0/28"
    case "more": now.insert("# ours", at: 0)
    default: now = []
    }
    try Data(now.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    let message = #expect(throws: UserMessage.self) { try reversal.change() }
    #expect(message?.what.contains("nothing was taken back") == true)
  }
}
