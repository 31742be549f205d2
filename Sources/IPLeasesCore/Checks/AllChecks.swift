/// Every check, in the order of dependence. A new check is one file and one line here.
package enum AllChecks {
  package static let inOrder: [Check] = [
    MetricsCheck.check,
    OperatorCheck.barrier,
    OperatorCheck.count,
    ProviderCheck.setting,
    ProviderCheck.status,
    LeaseServiceCheck.pending,
  ]
}
