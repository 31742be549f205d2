import Basics
import Cluster

/// How the provider stands towards the chain, its buyers and its own upgrades.
enum ProviderStandingChecks {
  static let onChain = Check(
    "IPL-0657", "attributes-on-chain", .provider, "the chain took the provider's attributes",
    want: "no failed update in the log of its init container",
    why: "The script that writes them to the chain looks at no exit code: the provider starts, "
      + "and buyers see the attributes of before.",
    hint: "kubectl -n akash-services logs akash-provider-0 -c init; on chain: provider-services "
      + "query provider get ADDRESS. Cure what it names (gas, RPC, a key given twice), then "
      + "restart the provider.",
    remedies: [.restartProvider], dependsOn: ["IPL-0609", "IPL-0610"], judges: [.initLog]
  ) { snapshot in
    guard let lines = snapshot.initLog.value else {
      return .notRun(.nothingToTest("its log was not read"))
    }
    return verdict(lines)
  }

  /// (helm-charts: charts/akash-provider/scripts/create_provider.sh)
  static func verdict(_ lines: [String]) -> Verdict {
    let sent = lines.lastIndex { line in
      !isTrace(line)
        && (line.contains("Updating provider info in the blockchain")
          || line.contains("Updating provider in the blockchain")
          || line.contains("Attempting to create a new provider"))
    }
    guard let sent else {
      let isCompared = lines.contains { $0.contains("needs to be updated on the chain") }
      return .pass(
        got: isCompared ? "the chain has them" : "no update in the log that is kept")
    }
    let answer = lines[(sent + 1)...].filter { !isTrace($0) }
    let failure = answer.first { line in
      line.contains("Error:") || line.contains("rpc error") || hasBadCode(line)
    }
    guard let failure else { return .pass(got: "the last update went through") }
    return .warn(got: "the update failed: \(SafeText.line(text(failure), limit: 160))")
  }

  /// A line of bash's own, which shows a command and not what came of it.
  private static func isTrace(_ line: String) -> Bool {
    let text = text(line)
    return text.hasPrefix("+ ") || text.hasPrefix("++")
  }

  /// Without the time of the container's runtime.
  private static func text(_ line: String) -> Substring {
    guard let blank = line.firstIndex(of: " "), line[..<blank].contains("T"),
      line[..<blank].hasSuffix("Z")
    else { return line[...] }
    return line[line.index(after: blank)...]
  }

  /// A transaction that the chain refused has a code other than 0.
  private static func hasBadCode(_ line: String) -> Bool {
    for mark in ["\"code\":", "code: "] {
      guard let place = line.range(of: mark)?.upperBound else { continue }
      let number = line[place...].drop { $0 == " " }.prefix { $0.isNumber }
      if let code = Int(number), code != 0 { return true }
    }
    return false
  }

  static let restart = Check(
    "IPL-0613", "provider-restart", .provider, "a restart of the provider harms no lease",
    guide: .status, want: "provider newer than 0.6.5",
    why: "Up to 0.6.5 a restart while a deployment is made may tear running leases down.",
    hint: "Restart it only when no deployment came for 10 minutes; upgrade it, pinned.",
    dependsOn: ["IPL-0005"], needs: [.akash, .releases]
  ) { snapshot in
    guard let version = snapshot.providerStatefulSet?.imageVersion else {
      return .notRun(.nothingToTest("its image names no version"))
    }
    if version <= ProviderRestart.lastToTear { return .warn(got: "\(version)") }
    let closing = ProviderRestart.closing(snapshot.providerRelease?.chartVersion)
    return .pass(
      got: closing.map { "\(version); a lease whose pods are away is closed after \($0)" }
        ?? "\(version)")
  }

  static let encryption = Check(
    "IPL-0658", "lets-encrypt-off", .provider, "the provider's values fit the newer charts",
    want: "letsEncrypt.enabled not false",
    why: "Charts 15.0.2 to 19.0.2 make an invalid StatefulSet of letsEncrypt.enabled: false: the "
      + "provider's next upgrade to one of them fails.",
    hint: "Take letsEncrypt.enabled: false out of provider.yaml before such an upgrade.",
    dependsOn: ["IPL-0601"], needs: [.providerValues]
  ) { snapshot in
    guard let text = snapshot.providerValues.value?.reveal(),
      let root = try? YAMLText(parsing: text, name: ProviderValues.name).root
    else { return .notRun(.nothingToTest("no values")) }
    return root["letsEncrypt"]?["enabled"]?.bool == false
      ? .warn(got: "letsEncrypt.enabled: false") : .pass(got: "letsEncrypt is not off")
  }

  static let offered = Check(
    "IPL-0659", "console-offers", .provider, "the Akash Console can offer the provider's addresses",
    want: "provider 0.14.1 or newer, with its port 8444",
    why: "The Console asks by gRPC on 8444 how many addresses are free, and offers no provider "
      + "that does not tell it to who wants an address.",
    hint: "kubectl -n akash-services get service akash-provider; 8444 must be open to the world, "
      + "too.",
    dependsOn: ["IPL-0607"], needs: [.akash, .cluster, .releases]
  ) { snapshot in
    guard let version = snapshot.providerStatefulSet?.imageVersion else {
      return .notRun(.nothingToTest("its image names no version"))
    }
    if version <= ProviderRestart.lastToTear {
      return .notRun(.nothingToTest("\(restart.code) says more of provider \(version)"))
    }
    if version < tellsConsole { return .warn(got: "provider \(version) does not tell it") }
    let release = snapshot.providerRelease
    let name = release?.fullName(of: "provider") ?? "akash-provider"
    let service = snapshot.cluster.value?.service(
      name, in: release?.namespace ?? ConsoleSettings.akashNamespace)
    guard let service else {
      return .notRun(.nothingToTest("the provider's Service was not found"))
    }
    return service.spec?.ports?.contains { $0.port == 8_444 } == true
      ? .pass(got: "\(version), with 8444")
      : .warn(got: "Service \(name) has no port 8444")
  }

  /// (akash-network/provider: gateway/grpc, console: apps/provider-inventory)
  private static let tellsConsole = Version(0, 14, 1)
}
