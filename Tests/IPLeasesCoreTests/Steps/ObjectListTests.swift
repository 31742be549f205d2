import Foundation
import Testing

@testable import Cluster

struct ObjectListTests {
  private static let resources: [(APIResource, Bool)] = [
    (.configMaps, true), (.services, false), (.pods, false), (.namespaces, false),
  ]

  @Test(arguments: resources)
  func whenItWasChangedIsReadOfConfigMapsAlone(resource: APIResource, isRead: Bool) throws {
    let text = """
      {"kind":"\(resource.kind)List","metadata":{"resourceVersion":"7"},"items":[
        {"metadata":{"name":"a","namespace":"n","uid":"u","labels":{"l":"1"},
          "annotations":{"a":"2"},"resourceVersion":"6","generation":3,
          "creationTimestamp":"2026-11-22T09:00:00Z","deletionTimestamp":"2026-11-22T09:02:00Z",
          "managedFields":[{"manager":"kubectl","time":"2026-11-22T09:01:00Z"}]}}]}
      """
    let list = try ObjectList.decoder(of: [resource]).decode(
      ObjectList.self, from: Data(text.utf8))
    let born = try Date("2026-11-22T09:00:00Z", strategy: .iso8601)
    var meta = ObjectMeta(
      name: "a", namespace: "n", uid: "u", labels: ["l": "1"], annotations: ["a": "2"],
      resourceVersion: "6", creationTimestamp: born, generation: 3,
      deletionTimestamp: born.addingTimeInterval(120))
    if isRead {
      meta.managedFields = [
        ObjectMeta.ManagedFields(manager: "kubectl", time: born.addingTimeInterval(60))
      ]
    }
    #expect(list.items.map(\.metadata) == [meta])
    #expect(list.resourceVersion == "7")
  }

  /// kubectl lists several kinds in one answer.
  @Test func aListOfSeveralKindsKeepsItForConfigMaps() throws {
    let text = """
      {"kind":"List","items":[{"kind":"ConfigMap","metadata":{"name":"a",
        "managedFields":[{"manager":"kubectl","time":"2026-11-22T09:01:00Z"}]}}]}
      """
    let list = try ObjectList.decoder(of: [.pods, .configMaps]).decode(
      ObjectList.self, from: Data(text.utf8))
    #expect(list.items.first?.metadata.changedAt != nil)
  }
}
