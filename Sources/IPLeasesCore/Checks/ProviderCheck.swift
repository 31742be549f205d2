/// The provider: what it runs with, and whether it answers.
enum ProviderCheck {
  static let setting = Check(
    code: "IPL-0607", id: "provider-setting", group: "provider",
    title: "the running provider has IP leases on",
    want: "AKASH_IP_OPERATOR is \"true\" for the running pod",
    why: "The release may say done while the pod still runs the old setting.",
    needs: [.releases, .akash, .providerValues]
  ) { snapshot in
    let settings = ConsoleSettings(providerFile: "", stateDirectory: "")
    let assessment = ProviderStep().assess(snapshot, settings)
    return switch assessment.state {
    case .done: .pass(got: assessment.evidence)
    case .unknown: .notRun(why: assessment.evidence)
    default: .fail(got: assessment.evidence)
    }
  }

  static let status = Check(
    code: "IPL-0611", id: "provider-status", group: "provider",
    title: "the provider answers /status on 8443",
    want: "an answer within 5 s",
    why: "A provider that hangs here bids on nothing and is restarted every four to five minutes.",
    needs: [.providerStatus]
  ) { snapshot in
    switch snapshot.providerStatus {
    case .notRead: .notRun(why: "not read")
    case .absent: .fail(got: "the provider's Service was not found")
    case .unreadable(let problem, _): .fail(got: problem.reason ?? problem.what)
    case .known(let status, _): .pass(got: "answers, \(status.leases ?? 0) lease(s)")
    }
  }
}
