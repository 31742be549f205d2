/// The IP operator's barrier and its count.
enum OperatorCheck {
  static let barrier = Check(
    code: "IPL-0704", id: "barrier-open", group: "IP operator",
    title: "the operator's barrier is open",
    want: "/usage answers 200",
    why: "While it is locked no address is handed out, though the provider may go on offering.",
    needs: [.operatorUsage]
  ) { snapshot in
    switch snapshot.operatorUsage {
    case .notRead: .notRun(why: "not read")
    case .absent: .fail(got: "there is no operator to ask")
    case .unreadable(let problem, _): .fail(got: problem.reason ?? problem.what)
    case .known(.locked, _): .fail(got: "503, barrier is locked")
    case .known(.totals, _): .pass(got: "200")
    }
  }

  static let count = Check(
    code: "IPL-0708", id: "operator-counts", group: "IP operator",
    title: "the operator counts what the pool holds",
    want: "the pool's size",
    why: "The provider sells as many addresses as the operator counts.",
    needs: [.operatorUsage, .pools]
  ) { snapshot in
    guard case .totals(let available, _)? = snapshot.operatorUsage.value else {
      return .notRun(why: "the operator gives no totals")
    }
    guard let pool = snapshot.pools.value?.pool(ConsoleSettings.poolName) else {
      return .notRun(why: "there is no pool default")
    }
    let size = pool.countedSize
    return available == size
      ? .pass(got: "\(available)")
      : .warn(got: "\(available) of \(size): late by up to 10 minutes after a pool edit")
  }
}
