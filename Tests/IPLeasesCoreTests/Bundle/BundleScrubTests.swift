import Basics
import Cluster
import Foundation
import Testing

@testable import IPLeasesCore

/// What is hidden and what is told of reads, with something that must not be told in each place.
struct BundleScrubTests {
  private static let canary = "canary-8c1f"
  private static let secret = "s3cr3t-key-of-the-provider"

  private static func reads() -> RecordedReads {
    var reads = RecordedReads(date: Date(timeIntervalSince1970: 1_800_000_000))
    let pods: JSONValue = [
      "kind": "PodList",
      "items": [
        [
          "metadata": [
            "name": "akash-provider-0", "namespace": "akash-services",
            "annotations": [
              "example.com/note": .string(canary),
              "kubectl.kubernetes.io/last-applied-configuration": .string(canary),
              "checksum/config": .string(canary), "metallb.io/ip-allocated-from-pool": "default",
            ],
          ],
          "spec": [
            "containers": [
              [
                "name": "provider",
                "env": [
                  ["name": "AKASH_IP_OPERATOR", "value": "true"],
                  ["name": "MY_SETTING", "value": .string(canary)],
                  ["name": "AKASH_KEY_SECRET", "value": .string(canary)],
                ],
                "args": [.string("--password=\(canary)")],
              ]
            ]
          ],
          "status": ["message": .string("uses \(secret) now")],
        ],
        ["kind": "Secret", "metadata": ["name": "x"], "data": ["a": .string(canary)]],
      ],
    ]
    reads.answers["/api/v1/pods?"] = RecordedReads.Answer(
      status: 200, body: Data(JSONText.compact(pods).utf8))
    let values = """
      attributes:
      - key: ip-lease
        value: "true"
      bidpricescript: \(canary)
      domain: provider.europlots.com
      email: \(canary)
      env:
        deep: \(canary)
      ipoperator: true
      key: \(canary)
      keysecret: \(canary)
      """
    reads.said[["helm", "get", "values", "akash-provider", "-o", "yaml"]] = RecordedReads.Said(
      exit: 0, output: Data(values.utf8), errors: Data())
    reads.logs[
      RecordedReads.LogKey(
        namespace: "akash-services", pod: "akash-provider-0", container: "provider",
        isPrevious: false)] = Data("2027-01-15T08:00:00Z token=\(canary) key \(secret)\n".utf8)
    return reads
  }

  @Test func nothingSecretIsLeft() throws {
    let scrub = BundleScrub(redaction: Redaction(secrets: [Self.secret]))
    let reads = scrub(Self.reads())
    let texts =
      reads.answers.values.map { String(decoding: $0.body, as: UTF8.self) }
      + reads.said.values.map { String(decoding: $0.output, as: UTF8.self) }
      + reads.logs.values.map { String(decoding: $0, as: UTF8.self) }
    for text in texts {
      #expect(!text.contains(Self.canary), "\(text)")
      #expect(!text.contains(Self.secret), "\(text)")
    }
    // What the program asks for is still there.
    let all = texts.joined(separator: "\n")
    for word in [
      #""name":"AKASH_IP_OPERATOR","value":"true""#, "ipoperator: true", "key: ip-lease",
      "metallb.io/ip-allocated-from-pool", "domain: provider.europlots.com",
    ] {
      #expect(all.contains(word), "\(word): \(all)")
    }
  }

  @Test func thePartsOfALongListBecomeOne() throws {
    var reads = RecordedReads(date: Date())
    let first = #"{"metadata":{"continue":"abc","remainingItemCount":1},"items":[{"a":1}]}"#
    reads.answers["/api/v1/pods?limit=500"] = RecordedReads.Answer(
      status: 200, body: Data(first.utf8))
    reads.answers["/api/v1/pods?limit=500&continue=abc"] = RecordedReads.Answer(
      status: 200, body: Data(#"{"metadata":{},"items":[{"a":2}]}"#.utf8))
    reads.joinParts()
    #expect(Array(reads.answers.keys) == ["/api/v1/pods?limit=500"])
    let body = try #require(reads.answers["/api/v1/pods?limit=500"]?.body)
    let text = String(decoding: body, as: UTF8.self)
    #expect(try JSONText.parse(text)["items"] == [["a": 1], ["a": 2]])
    #expect(!text.contains("continue"))
  }

  @Test func theNamesOfLeasesAreTenants() {
    var reads = RecordedReads(date: Date())
    let services: JSONValue = [
      "items": [
        [
          "metadata": [
            "name": "blog-of-bob-ip-80-tcp", "namespace": "7ud1fkuldd1rmg3gltl",
            "labels": [
              "akash.network/lease.id.owner": "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63",
              "akash.network/lease.id.dseq": "1234567",
              "akash.network/manifest-service": "blog-of-bob",
            ],
          ]
        ],
        ["metadata": ["name": "metallb-controller", "namespace": "metallb-system"]],
      ]
    ]
    reads.answers["/api/v1/services?"] = RecordedReads.Answer(
      status: 200, body: Data(JSONText.compact(services).utf8))
    let names = TenantNames(reads).pseudonyms
    #expect(
      Set(names.keys) == [
        "blog-of-bob-ip-80-tcp", "7ud1fkuldd1rmg3gltl", "blog-of-bob", "1234567",
      ])
    #expect(names["7ud1fkuldd1rmg3gltl"] == "tenant0000000000001")
    #expect(names["1234567"] == "1000001")
  }
}
