import Foundation
import IPLeasesCore
import TestSupport
import Testing

/// What the program advises can be copied and run, on the cluster it was said about.
@Suite(.inTurn)
struct AdviceTests {
  private let program = ProgramCall()

  @Test func advisedCommandsCarryTheOptionsThatChoseTheCluster() async throws {
    let status = await program.run(["status", "--rehearse=barrier", "--timeout", "90s"])
    #expect(status.outputText.contains("ip-leases --rehearse=barrier remedy bounce-operator\n"))
    let verify = await program.run(["--rehearse", "barrier", "verify", "operator"])
    #expect(verify.outputText.contains("ip-leases --rehearse barrier remedy bounce-operator\n"))
    let plan = await program.run(
      ["plan", "namespace", "--rehearse", "fresh", "--provider-file", "\(program.folder)/a b.yaml"])
    #expect(
      plan.outputText.contains(
        "ip-leases --rehearse fresh --provider-file '\(program.folder)/a b.yaml' rollback namespace"
      ))
  }

  @Test func whereACheckFailsNeitherStepsNorStatusHolds() async throws {
    let scenario = ["--rehearse", "enabled+IPL-0115"]
    let steps = await program.run(["steps"] + scenario)
    #expect(steps.exit == .code(1), "\(steps.outputText)")
    let status = await program.run(["status"] + scenario)
    #expect(status.exit == .code(1), "\(status.outputText)")
    let verify = await program.run(["verify"] + scenario)
    #expect(verify.exit == .code(1))
  }

  @Test func aCountThatIsLateAfterAnEditIsNoFailure() async throws {
    let scenario = ["--rehearse", "enabled+IPL-0708"]
    for command in ["steps", "status", "verify"] {
      let result = await program.run([command] + scenario)
      #expect(result.exit == .code(0), "\(command): \(result.outputText)")
      #expect(result.outputText.contains("late by up to 10 minutes"))
    }
  }

  @Test func aPlanThatIsRefusedIsNoScript() async throws {
    let plan = await program.run(["plan", "-o", "script", "--rehearse", "upgrade"])
    #expect(plan.exit == .code(1))
    #expect(plan.errorText.contains("ip-leases --rehearse upgrade remedy lower-metallb"))
  }

  @Test func plainIsStatusLineByLine() async throws {
    let plain = await program.run(["--plain", "--rehearse", "enabled"])
    #expect(plain.exit == .code(0))
    #expect(plain.outputText.hasPrefix("NOW  IP leases are on"))
    #expect(plain.errorText == "")
  }

  @Test func anAdvisedCommandRuns() async throws {
    let status = await program.run(["status", "--rehearse", "barrier"])
    let advice = try #require(
      status.outputText.split(separator: "\n").first { $0.hasPrefix("DO   ip-leases ") })
    let words = advice.split(separator: " ").dropFirst(2).map(String.init)
    let remedy = await program.run(words + ["--dry-run"])
    #expect(remedy.exit.isSuccess, "\(remedy.errorText)")
    #expect(remedy.outputText.contains("PLAN bounce-operator"))
  }

  @Test(arguments: [
    ["steps", "\u{1B}[31m\u{202E}evil"], ["plan", "\u{1B}[31m"], ["status", "-o", "\u{7}"],
    ["remedy", "\u{1B}]0;x\u{7}"], ["apply", "--accept-touch", "\u{9B}1m"],
    ["status", "--timeout", String(repeating: "x", count: 90_000)],
  ])
  func aWrongArgumentIsToldHarmlessly(arguments: [String]) async throws {
    let result = await program.run(arguments)
    #expect(result.exit == .code(64))
    #expect(result.errorText.hasPrefix("Error: "))
    let harmful = result.errorText.unicodeScalars.filter {
      ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
    }
    #expect(harmful.isEmpty)
    #expect(result.errorText.utf8.count < 4_000)
  }

  @Test func theProcessTellsAWrongArgumentTheSameWay() async throws {
    let arguments = ["steps", "\u{1B}[31m\u{202E}evil"]
    let result = try await program.start(arguments)
    let same = await program.run(arguments)
    #expect(result.exit == .code(64))
    #expect(result.told == same.told)
  }

  @Test(arguments: ["--state-dir", "--kubeconfig", "--context", "--provider-file"])
  func anEmptyOptionIsRefused(option: String) async throws {
    let result = await program.run(["status", option, ""])
    #expect(result.exit == .code(64))
    #expect(result.errorText.contains("\(option) is empty"))
  }

  @Test func theProcessAnswersTheSame() async throws {
    let arguments = ["remedy", "--rehearse", "barrier"]
    let result = try await program.start(arguments)
    #expect(result.exit == .code(0))
    #expect(result.outputText.contains("ip-leases --rehearse barrier remedy ID"))
    let same = await program.run(arguments)
    #expect(result.told == same.told)
  }

  @Test func anAnswerForAProgramNamesTheBareCommand() async throws {
    let status = await program.run(["status", "--rehearse", "barrier", "-o", "json"])
    #expect(status.outputText.contains(#""do" : "ip-leases remedy bounce-operator""#))
  }
}
