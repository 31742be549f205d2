import Addresses
import Foundation
import IPLeasesCore

/// Ranges as an admin writes them: parsed, merged into a set, searched for overlaps.
struct AddressBenchmark {
  private let site: Site

  init(_ site: Site) { self.site = site }

  func rows() -> [Row] {
    let sizes = [1_000, 10_000, 100_000]
    let times = sizes.map { size in (0..<5).map { _ in time(Self.texts(size)) }.median }
    let growth = zip(sizes, times).map { size, time in "\(size / 1000)k \(time.text)" }
    let perRange = times.last.map { $0.inSeconds / 100_000 / (times[0].inSeconds / 1_000) } ?? 0
    return [
      Row.time(
        "100,000 ranges: parse, merge, find overlaps", times[2], limit: .milliseconds(200),
        references: [("netaddr, parse and merge only", netaddr(Self.texts(100_000)))]),
      Row(
        what: "the same, growth with the number", measured: growth.joined(separator: ", "),
        target: "O(n log n)", reference: "a range at 100k against one at 1k",
        ratio: String(format: "%.2f", perRange), verdict: perRange < 3 ? .met : .missed),
    ]
  }

  private func time(_ texts: [String]) -> Duration {
    ContinuousClock().measure {
      let ranges = texts.compactMap { AddressRange(valid: $0) }
      let set = AddressSet(ranges)
      let overlaps = AddressSet.overlaps(in: ranges.map(\.interval))
      precondition(ranges.count == texts.count, "every text here is a range")
      precondition(!set.isEmpty && !overlaps.isEmpty, "some of them overlap")
    }
  }

  /// Blocks, spans and single addresses of 10.0.0.0/8 in no order; some overlap.
  private static func texts(_ count: Int) -> [String] {
    var state: UInt64 = 42
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    func address(_ number: UInt64) -> String {
      "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }
    return (0..<count).map { _ in
      let start = next(1 << 24 - 1 << 8)
      switch next(3) {
      case 0: return "\(address(start & ~15))/28"
      case 1: return "\(address(start))-\(address(start + next(200)))"
      default: return "\(address(start))/32"
      }
    }
  }

  /// The time in Python without its start; nil where netaddr is not there.
  private func netaddr(_ texts: [String]) -> Duration? {
    let program = """
      import sys, time
      import netaddr
      texts = open(sys.argv[1]).read().split()
      start = time.monotonic()
      parts = []
      for text in texts:
          if "-" in text:
              parts.append(netaddr.IPRange(*text.split("-")))
          else:
              parts.append(netaddr.IPNetwork(text))
      netaddr.cidr_merge(parts)
      print(time.monotonic() - start)
      """
    guard let list = try? site.file("ranges", texts.joined(separator: "\n")) else { return nil }
    for python in ["python3", "/usr/bin/python3"] {
      let answer = "\(site.folder)/answer"
      let run = Stopwatch.run([python, "-c", program, list], output: .file(answer))
      guard run.status == 0, let text = try? String(contentsOfFile: answer, encoding: .utf8),
        let seconds = Double(text.trimmingCharacters(in: .whitespacesAndNewlines))
      else { continue }
      return .seconds(seconds)
    }
    return nil
  }
}
