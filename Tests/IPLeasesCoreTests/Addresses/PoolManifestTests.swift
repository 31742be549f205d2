import Testing
import Yams

@testable import IPLeasesCore

struct PoolManifestTests {
  @Test func bothObjectsAreWrittenWithQuotedNames() {
    let manifest = PoolManifest(
      addresses: ["194.28.98.216/29", "194.28.98.230-194.28.98.233"],
      advertisement: "default")
    #expect(
      manifest.text == """
        apiVersion: metallb.io/v1beta1
        kind: IPAddressPool
        metadata:
          name: "default"
          namespace: "metallb-system"
        spec:
          addresses:
          - "194.28.98.216/29"
          - "194.28.98.230-194.28.98.233"
        ---
        apiVersion: metallb.io/v1beta1
        kind: L2Advertisement
        metadata:
          name: "default"
          namespace: "metallb-system"
        spec:
          ipAddressPools:
          - "default"

        """)
  }

  @Test(arguments: ["no", "1e3", "a\"b\\c", "a\nb: c", "\u{85}\u{1B}é\u{1F600}", ""])
  func anyTextIsReadBackAsItWas(name: String) throws {
    let pool = PoolManifest(name: name, addresses: [name], advertisement: name).pool
    let node = try #require(try Yams.compose(yaml: pool, .default, .default, .utf8))
    #expect(node["metadata"]?["name"]?.string == name)
    #expect(node["spec"]?["addresses"]?[0]?.string == name)
  }
}
