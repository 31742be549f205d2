import IPLeasesCore

/// Exit codes, as the README says them.
enum Exit {
  static let holds: Int32 = 0
  static let doesNotHold: Int32 = 1
  static let untold: Int32 = 2
  static let usage: Int32 = 64
  static let interrupted: Int32 = 130
}

extension Checklist {
  /// 0 if every step is settled; 2 if any could not be read; else 1.
  var exitCode: Int32 {
    if reports.contains(where: { $0.state == .unknown }) { return Exit.untold }
    return reports.allSatisfy { $0.state.isSettled } ? Exit.holds : Exit.doesNotHold
  }
}
