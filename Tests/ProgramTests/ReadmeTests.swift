import Cluster
import Console
import Foundation
import IPLeasesCore
import TestSupport
import Testing

@testable import ip_leases

/// What the README, the pages beside it and the manual pages hold of the program is made from it:
/// `UPDATE_README=1 swift test --filter ReadmeTests` writes it. The manual pages are made of the
/// pages, so their tests stand behind those.
@Suite(.inTurn, .serialized)
struct ReadmeTests {
  @Test func theModulesAreThoseOfTheImports() throws {
    try MadePage("README.md").expect(part: "modules", ReferenceTables.modules())
  }

  @Test func theKeysAreThoseOfTheProgram() throws {
    try MadePage(".github/KEYS.md").expect(part: "keys", ReferenceTables.keys)
  }

  @Test func theChecksAreThoseOfTheProgram() throws {
    try MadePage(".github/CHECKS.md").expect(part: "checks", ReferenceTables.checks)
  }

  @Test func theCommandsAndOptionsAreThoseOfTheProgram() async throws {
    let reference = try await Self.reference()
    let page = MadePage(".github/OPTIONS.md")
    try page.expect(part: "commands", reference.commandTable)
    try page.expect(part: "options", reference.commonTable)
    try page.expect(part: "own options", reference.ownOptions)
  }

  @Test func theSettingsAreThoseOfTheProgram() async throws {
    let reference = try await Self.reference()
    for key in ConfigFile.keys {
      #expect(reference.commonOption(key) != nil, "\(key) is no flag")
    }
    try MadePage(".github/SETTINGS.md").expect(
      part: "settings", ReferenceTables.settings(reference))
  }

  @Test func theManualPageOfTheProgramHoldsThePages() async throws {
    let command = try await Self.reference().command
    var page = Self.manualPage(
      "ip-leases", section: 1, summary: command.abstract.map { $0.firstLowercased } ?? "")
    page.add("# Synopsis\n\n`ip-leases` [COMMAND] [options]\n")
    page.add(try ProjectTree.text(".github/OPTIONS.md"))
    for name in ["KEYS", "FILES", "JSON"] {
      page.add(try ProjectTree.text(".github/\(name).md"), isOneSection: true)
    }
    page.add("# See also\n\n`ip-leases.yaml`(5), `kubectl`(1), `helm`(1)\n")
    try MadePage(".github/man/ip-leases.1").expect(page.text)
  }

  @Test func theManualPageOfTheSettingsHoldsTheirPage() throws {
    var page = Self.manualPage("ip-leases.yaml", section: 5, summary: "settings of ip-leases")
    page.add(try ProjectTree.text(".github/SETTINGS.md"))
    page.add("# See also\n\n`ip-leases`(1)\n")
    try MadePage(".github/man/ip-leases.yaml.5").expect(page.text)
  }

  // MARK: Helpers

  private static func reference() async throws -> CommandReference {
    try CommandReference(dump: await ProgramCall().run(["--experimental-dump-help"]).outputText)
  }

  private static func manualPage(_ name: String, section: Int, summary: String) -> ManualPage {
    ManualPage(
      name, section: section, version: IPLeases.configuration.version,
      summary: summary.hasSuffix(".") ? String(summary.dropLast()) : summary)
  }
}

extension String {
  fileprivate var firstLowercased: String { prefix(1).lowercased() + dropFirst() }
}
