import Foundation

/// How long the program takes to start and end, without a cluster.
struct StartBenchmark {
  private let site: Site

  init(_ site: Site) { self.site = site }

  func rows() -> [Row] {
    let references: [(String, [String])] = [
      ("/bin/true", ["/bin/true"]), ("python3", ["/usr/bin/python3", "-c", "1"]),
      ("kubectl --help", ["kubectl", "--help"]), ("helm --help", ["helm", "--help"]),
    ]
    guard let help = Stopwatch.median(of: 21, [site.program, "--help"]) else {
      return [.notRun("--help", target: "≤ 15 ms", because: "\(site.program) is not there")]
    }
    return [
      Row.time(
        "`ip-leases --help`, start to end", help, limit: .milliseconds(15),
        references: references.map { ($0.0, Stopwatch.median(of: 11, $0.1)) })
    ]
  }
}
