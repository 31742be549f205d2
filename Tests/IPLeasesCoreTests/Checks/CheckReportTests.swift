import Foundation
import FoundationXML
import Testing

@testable import Cluster
@testable import IPLeasesCore

struct CheckReportTests {
  private func report(_ breaking: (inout ClusterSnapshot) throws -> Void = { _ in }) throws
    -> CheckReport
  {
    var snapshot = try HealthyCluster.snapshot()
    try breaking(&snapshot)
    return CheckReport(results: Checks.run(snapshot), context: "test", duration: .zero)
  }

  private func hostile(_ snapshot: inout ClusterSnapshot) {
    let text =
      "<a href=\"x\">&\u{1B}[31m" + String(repeating: "word ", count: 80)
      + String(repeating: "x", count: 200) + "\u{7}"
    snapshot.metallbMetrics = .silent(text)
  }

  @Test func theTextFitsEightyColumns() throws {
    for fault in Faults.all {
      let text = try report(fault.make).text()
      for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
    let text = try report(hostile).text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!text.contains("\u{1B}"))
  }

  @Test func theTextOfAFailureSaysWhatToDo() throws {
    let text = try report { $0.cluster.edit { $0.services.remove(at: 0) } }.text()
    #expect(
      text.contains(
        """
          FAIL    IPL-0201  Service controller is there
                    got     there is none
                    want    Service controller in metallb-system
                    why     The operator asks DNS for this name, once in its life.
                    hint    kubectl -n metallb-system get services
                    fix     ip-leases remedy metrics-service

        """))
    #expect(text.contains("NOT RUN IPL-0202  its port is named monitoring"))
    #expect(text.contains("waits for IPL-0201"))
  }

  @Test func exitCodesFollowTheWorst() throws {
    #expect(try report().exitCode(failOn: .warn) == 0)
    let warns = try report { $0.permissions = .known(false, at: HealthyCluster.now) }
    #expect(warns.exitCode(failOn: .fail) == 0)
    #expect(warns.exitCode(failOn: .warn) == 1)
    let untold = try report { $0.permissions = .silent("no answer") }
    #expect(untold.exitCode(failOn: .fail) == 2)
    let both = try report {
      $0.permissions = .silent("no answer")
      $0.metallbMetrics = .silent("refused")
    }
    #expect(both.exitCode(failOn: .fail) == 1)
  }

  @Test func theJSONHasTheKeysOfTheContract() throws {
    let data = try JSONEncoder().encode(CheckDocument(try report(hostile)))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["schema"] as? String == "ip-leases/verify/v1")
    let summary = try #require(object["summary"] as? [String: Int])
    #expect(Set(summary.keys) == ["pass", "warn", "fail", "notRun"])
    let checks = try #require(object["checks"] as? [[String: Any]])
    #expect(checks.count == summary.values.reduce(0, +))
    let keys: Set = [
      "code", "id", "group", "title", "verdict", "got", "want", "why", "remedies",
    ]
    for check in checks { #expect(keys.isSubset(of: check.keys)) }
    let failed = checks.filter { $0["verdict"] as? String == "fail" }
    #expect(failed.map { $0["code"] as? String } == ["IPL-0203"])
  }

  @Test func theJUnitIsXMLWithACaseForEachCheck() throws {
    let report = try report(hostile)
    let counter = ElementCounter()
    let parser = XMLParser(data: Data(report.junit.utf8))
    parser.delegate = counter
    #expect(parser.parse())
    #expect(counter.counts["testcase"] == report.results.count)
    #expect(counter.counts["failure"] == 1)
    #expect(counter.counts["skipped"] == report.count(.notRun))
    #expect(counter.counts["testsuite"] == report.groups.count)
  }

  private final class ElementCounter: NSObject, XMLParserDelegate {
    var counts: [String: Int] = [:]

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String] = [:]
    ) {
      counts[name, default: 0] += 1
    }
  }
}
