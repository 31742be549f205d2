import Foundation
import Testing

@testable import Logs

/// Lines that any program may write are known by what they are, in every container.
struct LogTroubleTests {
  private static let containers: [LogSource] = [
    LogSource(.provider, container: "provider"), LogSource(.operator, container: "operator-ip"),
    LogSource(.hostnameOperator, container: "operator-hostname"),
    LogSource(.inventoryOperator, container: "operator-inventory"),
    LogSource(.controller, container: "controller"), LogSource(.speaker, container: "speaker"),
    LogSource(.speaker, container: "frr"), LogSource(.speaker, container: "frr-metrics"),
    LogSource(.kubeProxy, container: "kube-proxy"), LogSource(.controller), LogSource(.speaker),
  ]

  private func line(_ text: String, _ source: LogSource) -> LogLine {
    LogParser.line(Array(text.utf8), from: source)
  }

  @Test(arguments: [
    ("panic: runtime error: invalid memory address or nil pointer dereference", LogLevel.fatal),
    ("fatal error: all goroutines are asleep - deadlock!", .fatal),
    ("Error: unknown flag: --foo", .error), ("error: the pod is gone", .error),
  ])
  func aTroubleHasItsLevelAndItsWholeTextInEveryContainer(text: String, level: LogLevel) {
    for source in Self.containers {
      let line = line(text, source)
      #expect(line.level == level, "\(source.container)")
      #expect(line.message == text, "\(source.container)")
    }
  }

  @Test func wordsOfGosServerAreNoNameOfADaemon() {
    let text = "http: TLS handshake error from 10.0.0.1:4122: EOF"
    for source in Self.containers { #expect(line(text, source).message == text) }
  }

  @Test func aLineOfKlogIsKnownInEveryContainer() {
    let text = "E1123 15:16:45.955898       1 reflector.go:147] \"it failed\" err=\"x\""
    for source in Self.containers {
      let line = line(text, source)
      #expect(line.level == .error)
      #expect(line.message == "it failed")
      #expect(line.format == AllLogFormats.id(of: .klog))
    }
  }

  @Test func onlyTheContainersOfFRRWriteItsLines() {
    let text = "2024/01/01 12:00:00 BGP: [ABCDE-FGHIJ] message"
    #expect(line(text, LogSource(.speaker, container: "frr")).format == AllLogFormats.id(of: .frr))
    #expect(
      line(text, LogSource(.speaker, container: "speaker")).format != AllLogFormats.id(of: .frr))
    for name in ["BGP: [ABCDE] up", "watchfrr[21]: [T83RR] zebra state -> up"] {
      #expect(
        line(name, LogSource(.speaker, container: "frr")).format == AllLogFormats.id(of: .frr))
    }
  }

  @Test func whoBrokeDownSaysWhichCheckItIs() {
    func code(_ role: LogRole) -> String? { line("panic: x", LogSource(role)).known?.code }
    #expect(code(.operator) == "IPL-0754")
    #expect(code(.provider) == "IPL-0653")
    #expect(code(.speaker) == "IPL-0151")
    #expect(code(.hostnameOperator) == "IPL-0654")
    #expect(line("panic: x", LogSource(.kubeProxy)).known?.id == .panicked)
    #expect(code(.kubeProxy) == nil)
  }
}
