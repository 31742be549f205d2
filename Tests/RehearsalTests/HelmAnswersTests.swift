import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Testing

@testable import Rehearsal

/// Literals are what helm 3.20.1 printed.
struct HelmAnswersTests {
  @Test func refusalsAreInHelmsWords() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    func said(_ arguments: String...) async throws -> String {
      let command = Command(.helm, arguments, purpose: "test", changes: true)
      return try await stage.executor.run(command).errorText
    }
    var text = try await said(
      "upgrade", "akash-provider", "akash/no-such-chart", "-n", "akash-services")
    #expect(
      text
        == "Error: chart \"no-such-chart\" matching  not found in akash index. (try 'helm repo update'): no chart name found\n"
    )
    text = try await said(
      "-n", "metallb-system", "install", "metallb", "metallb/metallb", "--version", "9.9.9")
    #expect(
      text
        == "Error: INSTALLATION FAILED: chart \"metallb\" matching 9.9.9 not found in metallb index. (try 'helm repo update'): no chart version found for metallb-9.9.9\n"
    )
    text = try await said(
      "-n", "metallb-system", "install", "metallb", "metallb/metallb", "--version", "0.14.8")
    #expect(text == "Error: INSTALLATION FAILED: cannot re-use a name that is still in use\n")
    text = try await said("-n", "akash-services", "get", "values", "no-such-release")
    #expect(text == "Error: release: not found\n")
    text = try await said("upgrade", "no-such", "akash/provider", "-n", "akash-services")
    #expect(text == "Error: UPGRADE FAILED: \"no-such\" has no deployed releases\n")
    text = try await said("install", "--nosuchflag")
    #expect(text == "Error: unknown flag: --nosuchflag\n")
    text = try await said("rollback", "metallb", "99", "-n", "metallb-system")
    #expect(text == "Error: release has no 99 version\n")
    text = try await said("uninstall", "second", "-n", "other")
    #expect(text == "Error: uninstall: Release not loaded: second: release: not found\n")
    text = try await said("repo", "add", "akash", "https://example.com/x")
    #expect(
      text
        == "Error: repository name (akash) already exists, please specify a different name\n")
  }

  @Test func valuesThatAreNotYAMLAreRefused() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    let path = stage.directory + "/bad.yaml"
    try "a: [\n".write(toFile: path, atomically: true, encoding: .utf8)
    let result = try await stage.helm(
      "upgrade", "akash-provider", "akash/provider", "-n", "akash-services", "-f", path)
    #expect(
      result.transcript
        == "! Error: failed to parse \(path): error converting YAML to JSON: yaml: line 1: did not find expected node content\n= code(1)"
    )
  }

  @Test func theReadingVerbsPrintWhatTheReaderDecodes() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let list = try await stage.executor.run(Helm(Connection()).list())
    let releases = try JSONDecoder().decode([Release].self, from: list.standardOutput)
    #expect(
      releases.map(\.name) == [
        "akash-hostname-operator", "akash-ip-operator", "akash-provider", "metallb",
      ])
    #expect(releases.map(\.revision) == ["1", "1", "2", "1"])
    #expect(Set(releases.map(\.status)) == ["deployed"])
    let search = try await stage.executor.run(
      Helm(Connection()).chartVersions("akash/akash-ip-operator"))
    let charts = try JSONDecoder().decode([ChartVersion].self, from: search.standardOutput)
    #expect(charts.first?.version == "19.0.2")
    #expect(charts.count == 9)
    #expect(charts.first?.appVersion == "0.16.2")
    let repositories = try await stage.helm("repo", "list", "-o", "json")
    #expect(
      repositories.outputText
        == "[{\"name\":\"akash\",\"url\":\"https://akash-network.github.io/helm-charts\"},{\"name\":\"metallb\",\"url\":\"https://metallb.github.io/metallb\"}]\n"
    )
    let version = try await stage.executor.run(Helm(Connection()).version())
    #expect(version.outputText == "v3.20.1")
    let none = try await stage.helm(
      "get", "values", "akash-hostname-operator", "-n", "akash-services", "-o", "yaml")
    #expect(none.outputText == "null\n")
  }

  @Test func valuesCarryTheCanariesAndNothingElseIsLost() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    let values = try await stage.helm(
      "get", "values", "akash-provider", "-o", "yaml", "-n", "akash-services")
    let written = try YAMLDocument.json(in: values.outputText)
    let given = try YAMLDocument.json(in: Scenarios.providerValues)
    #expect(written == given)
    #expect(values.outputText.hasPrefix("attributes:\n- key: region\n  value: eu-west\n"))
  }

  @Test func aKilledHelmLeavesItsReleasePending() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    try await stage.executor.setFault(.helmKilled)
    let killed = try await stage.helm(
      "upgrade", "metallb", "metallb/metallb", "--version", "0.14.9", "-n", "metallb-system",
      "--wait", "--timeout", "300s")
    #expect(killed.exit == .signal(9))
    let again = try await stage.helm(
      "upgrade", "metallb", "metallb/metallb", "--version", "0.14.9", "-n", "metallb-system")
    #expect(
      again.errorText
        == "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n")
    let list = try await stage.helm("list", "-n", "metallb-system", "--pending", "-o", "json")
    #expect(list.outputText.contains("\"status\":\"pending-upgrade\""))
    let back = try await stage.helm("rollback", "metallb", "1", "-n", "metallb-system", "--wait")
    #expect(back.outputText == "Rollback was a success! Happy Helming!\n")
    let history = try await stage.helm("history", "metallb", "-n", "metallb-system", "-o", "json")
    #expect(history.outputText.contains("\"description\":\"Rollback to 1\"}"))
  }

  @Test func uninstallingMetalLBTakesItsKindsAlong() async throws {
    let stage = try Stage(.enabled)
    defer { stage.remove() }
    let result = try await stage.helm("uninstall", "metallb", "-n", "metallb-system", "--wait")
    #expect(result.transcript == "release \"metallb\" uninstalled\n= code(0)")
    let pools = try await stage.kubectl(
      "-n", "metallb-system", "get", "ipaddresspools.metallb.io", "-o", "json", changes: false)
    #expect(
      pools.errorText == "error: the server doesn't have a resource type \"ipaddresspools\"\n")
  }

  @Test func aWaitThatTakesTooLongFailsTheRelease() async throws {
    let stage = try Stage(.fresh)
    defer { stage.remove() }
    let result = try await stage.helm(
      "install", "akash-ip-operator", "akash/akash-ip-operator", "--version", "19.0.2", "--set",
      "provider_address=akash1wrong", "-n", "akash-services", "--wait", "--timeout", "6s")
    #expect(
      result.transcript == "! Error: INSTALLATION FAILED: context deadline exceeded\n= code(1)")
    let list = try await stage.helm("list", "-n", "akash-services", "--failed", "-o", "json")
    #expect(list.outputText.contains("\"name\":\"akash-ip-operator\""))
    let pods = try await stage.json(
      "-n", "akash-services", "get", "pods", "-l", "app.kubernetes.io/name=ip")
    let state = pods["items"].items.first?["status"]["containerStatuses"].items.first?["state"]
    #expect(state?["waiting"]["reason"] == "CrashLoopBackOff")
  }
}
