import Execution
import Foundation
import TestSupport
import Testing

@testable import ip_leases

/// `-o openmetrics`: the gauges of product.md, as Prometheus reads them.
@Suite(.inTurn)
struct OpenMetricsTests {
  private let program = ProgramCall()

  @Test(arguments: ["status", "verify"])
  func everyGaugeIsThere(_ command: String) async throws {
    let answer = await program.run([command, "-o", "openmetrics", "--rehearse", "enabled"])
    let text = answer.outputText
    #expect(text.hasSuffix("\n# EOF\n"), "\(answer.transcript)")
    for name in ["check", "addresses", "info"] {
      #expect(text.contains("# TYPE ip_leases_\(name) gauge\n"))
      #expect(text.contains("# HELP ip_leases_\(name) "))
    }
    #expect(
      text.contains(#"ip_leases_check{code="IPL-0704",id="barrier-open",group="counts"} 0"#)
        || text.contains(#"ip_leases_check{code="IPL-0704",id="barrier-open",group="operator"} 0"#))
    for source in ["pool", "metallb", "operator", "provider"] {
      let start = #"ip_leases_addresses{pool="default",source="\#(source)",kind="total"} "#
      #expect(text.contains(start), "\(source)")
    }
    #expect(text.contains(#"metallb="v0.14.8""#))
    try await checkByPromtool(text)
  }

  @Test func aFindingIsTwoAndOneThatIsSetAsideIsTold() async throws {
    let scenario = "enabled+operator-locked-a"
    let aside = ["--set-aside", "IPL-0704", "--reason", "known", "--until", "2099-01-31"]
    _ = await program.run(["verify"] + aside + ["--rehearse", scenario])
    let answer = await program.run(["verify", "-o", "openmetrics", "--rehearse", scenario])
    let lines = answer.outputText.split(separator: "\n")
    let check = lines.first { $0.hasPrefix(#"ip_leases_check{code="IPL-0704""#) }
    #expect(check?.hasSuffix("} 2") == true, "\(answer.transcript)")
    #expect(lines.contains { $0.hasPrefix(#"ip_leases_check_aside{code="IPL-0704""#) })
    try await checkByPromtool(answer.outputText)
  }

  @Test func aWatchThatGoesOnTellsItsPromises() async throws {
    let watch = await program.run(["watch", "--timeout", "3s", "--rehearse", "enabled"])
    #expect(watch.exit == .code(2), "\(watch.transcript)")
    let answer = await program.run(["status", "-o", "openmetrics", "--rehearse", "enabled"])
    #expect(answer.outputText.contains(#"ip_leases_promise{id="addresses"} 0"#))
    try await checkByPromtool(answer.outputText)
  }

  @Test func onlyTheChecksThatAreAskedForAreTold() async {
    let answer = await program.run(
      ["verify", "barrier-open", "-o", "openmetrics", "--rehearse", "enabled"])
    let checks = answer.outputText.split(separator: "\n").filter {
      $0.hasPrefix("ip_leases_check{")
    }
    #expect(checks.count == 1)
  }

  @Test func aLabelHoldsAnyName() throws {
    var metrics = OpenMetrics()
    metrics.add(.addresses, ["pool": "a\"b\\c\nd"], "1")
    let line = try #require(metrics.text.split(separator: "\n").first { $0.hasPrefix("ip_") })
    #expect(line.hasPrefix(#"ip_leases_addresses{pool="a\"b\\c"#))
    #expect(line.hasSuffix(#"d"} 1"#))
  }

  @Test func theSamplesOfOneNameStandTogether() async throws {
    var one = OpenMetrics()
    one.add(.info, ["version": "1"], "1")
    one.add(.check, ["code": "A"], "0")
    var all = OpenMetrics()
    all.add(one, context: "x")
    all.add(one, context: "y")
    #expect(
      all.text == """
        # HELP ip_leases_check How a check came out: 0 pass, 1 warn, 2 fail, 3 not run.
        # TYPE ip_leases_check gauge
        ip_leases_check{context="x",code="A"} 0
        ip_leases_check{context="y",code="A"} 0
        # HELP ip_leases_info The versions of the parts: 1.
        # TYPE ip_leases_info gauge
        ip_leases_info{context="x",version="1"} 1
        ip_leases_info{context="y",version="1"} 1
        # EOF

        """)
    try await checkByPromtool(all.text)
  }

  // MARK: Helpers

  /// Prometheus' own reader, where it is installed (Debian: prometheus).
  private func checkByPromtool(_ text: String) async throws {
    let path = "/usr/bin/promtool"
    guard FileManager.default.isExecutableFile(atPath: path) else { return }
    let result = try await program.pipe(text, into: path, ["check", "metrics"])
    #expect(result.exit == .code(0), "\(result.transcript)")
    #expect(result.errorText.isEmpty, "\(result.transcript)")
  }
}
