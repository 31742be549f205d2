import Execution
import Foundation

/// Objects as the API server and kubectl list them: each of one kind, or of several that say theirs.
struct ObjectList: Decodable {
  var items: [any ClusterObject] = []
  /// What a watch goes on from.
  var resourceVersion: String?
  /// Where the rest of a long list begins.
  var next: String?

  /// Many times what a provider with thousands of leases has: more is no answer, and would cost
  /// memory that its bytes do not show.
  static let mostItems = 100_000

  init() {}

  private enum CodingKeys: String, CodingKey { case kind, items, metadata }

  private struct Metadata: Decodable {
    var resourceVersion: String?
    var `continue`: String?
  }

  /// Which kinds are decoded; any other one is passed over.
  static let resources = CodingUserInfoKey(rawValue: "resources")

  static func decoder(of resources: [APIResource]) -> JSONDecoder {
    let decoder = JSONDecoder.withTimes
    if let key = Self.resources { decoder.userInfo[key] = resources }
    // Of these alone it is asked when they were changed.
    if let key = ObjectMeta.withoutManagedFields, !resources.contains(.configMaps) {
      decoder.userInfo[key] = true
    }
    return decoder
  }

  init(from decoder: any Decoder) throws {
    let resources = Self.resources.flatMap { decoder.userInfo[$0] as? [APIResource] } ?? []
    let list = try decoder.container(keyedBy: CodingKeys.self)
    let metadata = try list.decodeIfPresent(Metadata.self, forKey: .metadata)
    resourceVersion = metadata?.resourceVersion
    next = metadata?.continue.flatMap { $0.isEmpty ? nil : $0 }
    let own = try list.decodeIfPresent(String.self, forKey: .kind) ?? "List"
    let single = resources.first { "\($0.kind)List" == own }
    // A server says null for nothing.
    if single != nil, try list.decodeNil(forKey: .items) { return }
    var rest = try list.nestedUnkeyedContainer(forKey: .items)
    while !rest.isAtEnd {
      guard items.count < Self.mostItems else {
        throw DecodingError.dataCorruptedError(in: rest, debugDescription: "too many objects")
      }
      let decoder = try rest.superDecoder()
      if let single {
        items.append(try single.decode(decoder))
        continue
      }
      let kind = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .kind)
      if let resource = resources.first(where: { $0.kind == kind }) {
        items.append(try resource.decode(decoder))
        kinds.append(resource)
      }
    }
  }

  /// Of a list of several kinds: that of each item.
  private var kinds: [APIResource] = []

  /// The items, by the listings that were asked for together.
  func sorted(into listings: [Listing]) -> ListedObjects {
    var listed = ListedObjects()
    for listing in listings {
      listed[listing] = items.indices.filter { index in
        (kinds.isEmpty || kinds[index] == listing.resource) && listing.holds(items[index])
      }.map { items[$0] }
    }
    return listed
  }
}
