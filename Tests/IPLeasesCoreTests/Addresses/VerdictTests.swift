import Addresses
import TestSupport
import Testing

@testable import Cluster
@testable import IPLeasesCore

/// What `pools check` says of entries where no cluster can be looked at.
struct VerdictTests {
  enum Verdict: Sendable { case right, warned, refused }

  /// What is given, its verdict, and how many addresses it counts.
  struct Row: Sendable, CustomTestStringConvertible {
    var entries: [PoolEntry]
    var verdict: Verdict
    var size: String

    init(_ entries: PoolEntry..., is verdict: Verdict, size: String) {
      self.entries = entries
      self.verdict = verdict
      self.size = size
    }

    var testDescription: String { entries.texts.joined(separator: ", ") }
  }

  /// The tables of what MetalLB takes, one row each; private networks are a warning of ours.
  private static let rows = [
    Row("144.217.30.192/28", is: .right, size: "16"),
    Row("194.28.98.217/32", is: .right, size: "1"),
    Row("194.28.98.219-194.28.98.222", is: .right, size: "4"),
    Row("194.28.98.219 - 194.28.98.222", is: .right, size: "4"),
    Row("194.28.98.219\t-\t194.28.98.222", is: .right, size: "4"),
    Row(" 194.28.98.216/29", is: .refused, size: "0"),
    Row("194.28.98.216/29 ", is: .refused, size: "0"),
    Row("194.28.98.216 /29", is: .refused, size: "0"),
    Row("194.28.98.217/29", is: .warned, size: "8"),
    Row("194.28.98.217", is: .refused, size: "0"),
    Row("194.28.98.5-7", is: .refused, size: "0"),
    Row("194.28.98.5-", is: .refused, size: "0"),
    Row("-194.28.98.5", is: .refused, size: "0"),
    Row("194.28.98.5-194.28.98.1", is: .refused, size: "0"),
    Row("194.28.98.5-194.28.98.5", is: .right, size: "1"),
    Row("194.28.98.1-194.28.98.2-194.28.98.3", is: .refused, size: "0"),
    Row("194.28.98.0/24-194.28.99.0", is: .refused, size: "0"),
    Row("194.28.98.1–194.28.98.3", is: .refused, size: "0"),
    Row("194.28.98.1/32,194.28.98.3/32", is: .refused, size: "0"),
    Row("194.28.98.0/255.255.255.0", is: .refused, size: "0"),
    Row("0xc2.28.98.0/24", is: .refused, size: "0"),
    Row("194.1/16", is: .refused, size: "0"),
    Row("010.0.0.0/24", is: .refused, size: "0"),
    Row("10.0.00.0/24", is: .refused, size: "0"),
    Row("194.28.98.0/028", is: .right, size: "16"),
    Row("194.28.98.0/33", is: .refused, size: "0"),
    Row("194.28.98.0/-1", is: .refused, size: "0"),
    Row("2001:db8::/120", is: .warned, size: "256"),
    Row("2001:db8::/64", is: .warned, size: "18446744073709551616"),
    Row("2001:db8::/66", is: .warned, size: "4611686018427387904"),
    Row("::ffff:194.28.98.1-::ffff:194.28.98.4", is: .right, size: "4"),
    Row("fe80::1%eth0/64", is: .refused, size: "0"),
    Row("194.28.98.1-2001:db8::1", is: .refused, size: "0"),
    Row("127.0.0.0/8", is: .warned, size: "16777216"),
    Row("224.0.0.0/4", is: .warned, size: "268435456"),
    Row("0.0.0.0/0", is: .warned, size: "4294967296"),
    Row("194.28.98.0/28", "194.28.98.8/30", is: .refused, size: "16"),
    Row("194.28.98.0/28", "194.28.98.0/28", is: .refused, size: "16"),
    Row("194.28.98.0/28", "2001:db8::/124", is: .warned, size: "32"),
  ]

  @Test(arguments: rows) func everyRowOfTheTablesGetsItsVerdict(row: Row) {
    let shape = PoolShape(entries: row.entries)
    #expect(shape.size.text == row.size)
    let severities = Set(PoolEdit.problems(of: shape, ClusterSnapshot()).map(\.severity))
    switch row.verdict {
    case .right: #expect(severities.isEmpty)
    case .warned: #expect(severities == [.warning])
    case .refused: #expect(severities.contains(.error))
    }
  }
}
