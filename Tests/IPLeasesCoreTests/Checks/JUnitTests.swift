import Foundation
import FoundationXML
import Testing

@testable import IPLeasesCore

/// The elements and attributes that readers of JUnit's XML know (the schema of Jenkins' xUnit
/// plugin and of Maven Surefire, as far as both agree).
struct JUnitTests {
  private static let children: [String: Set<String>] = [
    "testsuites": ["testsuite"],
    "testsuite": ["properties", "testcase", "system-out", "system-err"],
    "testcase": ["skipped", "error", "failure", "system-out", "system-err"],
    "failure": [], "error": [], "skipped": [], "system-out": [], "system-err": [],
  ]

  private static let required: [String: Set<String>] = [
    "testsuite": ["name", "tests"], "testcase": ["name", "classname"],
  ]

  private static let allowed: [String: Set<String>] = [
    "testsuites": ["name", "time", "tests", "failures", "errors", "disabled"],
    "testsuite": [
      "name", "tests", "failures", "errors", "skipped", "disabled", "time", "timestamp",
      "hostname", "id", "package",
    ],
    "testcase": ["name", "classname", "time", "status", "assertions"],
    "failure": ["message", "type"], "error": ["message", "type"], "skipped": ["message"],
  ]

  /// Every verdict, a finding set aside, and text that would break XML.
  private func report() throws -> CheckReport {
    var snapshot = try HealthyCluster.snapshot()
    snapshot.cluster.edit { $0.services.removeAll { $0.metadata.name == "controller" } }
    snapshot.operatorUsage = .known(.totals(available: 3, inUse: 1), at: HealthyCluster.now)
    var results = Checks.run(snapshot)
    results[0].verdict = .warn(got: "<&\"'\u{FFFE}\u{0}\u{1B}[31m]]>")
    results[1].verdict = .fail(got: "\u{202E}<failure>&amp;")
    let aside = try FindingAside(
      code: results[1].code, reason: "a \"known\" <one>",
      until: CalendarDay(HealthyCluster.now, addingDays: 9), now: HealthyCluster.now)
    return CheckReport(
      results: results, context: "test", duration: .milliseconds(1_234),
      aside: [aside.code: aside])
  }

  @Test func itHasOnlyWhatReadersKnow() throws {
    let report = try report()
    let document = try XMLDocument(xmlString: report.junit)
    let root = try #require(document.rootElement())
    #expect(root.name == "testsuites")
    check(root)
    #expect(Set(report.results.map(\.verdict.kind)) == Set(Verdict.Kind.allCases))
  }

  @Test func itsNumbersAreThoseOfItsElements() throws {
    let root = try #require(try XMLDocument(xmlString: report().junit).rootElement())
    var sums = ["tests": 0, "failures": 0]
    for suite in root.elements(forName: "testsuite") {
      let cases = suite.elements(forName: "testcase")
      let counts = [
        "tests": cases.count,
        "failures": cases.count { !$0.elements(forName: "failure").isEmpty },
        "errors": cases.count { !$0.elements(forName: "error").isEmpty },
        "skipped": cases.count { !$0.elements(forName: "skipped").isEmpty },
      ]
      for (name, count) in counts {
        let said = suite.attribute(forName: name)?.stringValue
        #expect(
          said == "\(count)", "\(suite.attribute(forName: "name")?.stringValue ?? ""): \(name)")
        sums[name, default: 0] += count
      }
    }
    #expect(root.attribute(forName: "tests")?.stringValue == "\(sums["tests"] ?? 0)")
    #expect(root.attribute(forName: "failures")?.stringValue == "\(sums["failures"] ?? 0)")
  }

  private func check(_ element: XMLElement) {
    let name = element.name ?? ""
    let attributes = element.attributes ?? []
    #expect(
      Self.allowed[name, default: []].isSuperset(of: attributes.compactMap(\.name)), "\(name)")
    #expect(
      Set(attributes.compactMap(\.name)).isSuperset(of: Self.required[name, default: []]), "\(name)"
    )
    for attribute in attributes {
      let value = attribute.stringValue ?? ""
      switch attribute.name {
      case "tests", "failures", "errors", "skipped": #expect(Int(value) != nil, "\(value)")
      case "time": #expect(Double(value).map { $0 >= 0 } == true, "\(value)")
      default: #expect(!value.isEmpty)
      }
    }
    let known = Self.children[name, default: []]
    for child in (element.children ?? []).compactMap({ $0 as? XMLElement }) {
      #expect(known.contains(child.name ?? ""), "\(name) holds \(child.name ?? "")")
      check(child)
    }
    // A test case is of one kind only.
    if name == "testcase" {
      let kinds = ["failure", "error", "skipped"].flatMap { element.elements(forName: $0) }
      #expect(kinds.count <= 1)
    }
  }
}
