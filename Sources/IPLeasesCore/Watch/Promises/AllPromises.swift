/// Every promise, as it is shown. A new one is one file and one line here.
package enum AllPromises {
  package static let inOrder: [Promise] = [
    AddressesPromise.promise, AnnouncedPromise.promise, PoolsPromise.promise,
    MetricsPromise.promise, OperatorPromise.promise, ProviderPromise.promise,
    LeasesPromise.promise, SellsPromise.promise, PodsPromise.promise, StrictARPPromise.promise,
    ReleasesPromise.promise, ChecksPromise.promise,
  ]

  package static func promise(_ id: PromiseID) -> Promise? { inOrder.first { $0.id == id } }
}
