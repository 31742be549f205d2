extension FactName {
  /// The names of objects of MetalLB's old kind AddressPool; `absent` where the kind is gone.
  package static let oldPools = FactName("oldPools")
}

extension ClusterSnapshot {
  package var oldPools: Fact<[String]> {
    get { self[.oldPools] }
    set { self[.oldPools] = newValue }
  }
}

extension FactDefinition {
  static let oldPools = FactDefinition.asked(.oldPools, near: [.pools], calm: .seconds(600)) { _ in
    let path =
      "/apis/metallb.io/v1beta1/namespaces/\(ConsoleSettings.metallbNamespace)/addresspools"
    return .json(
      .endpoint(path, purpose: "look for pools of MetalLB's old kind"), as: NameList.self,
      to: .oldPools
    ) { $0.items.map(\.metadata.name).sorted() }
  }
}

/// Of any list, the names.
struct NameList: Decodable {
  struct Item: Decodable { var metadata: ObjectMeta }
  var items: [Item]
}
