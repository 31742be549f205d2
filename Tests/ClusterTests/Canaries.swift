import Foundation
import Testing

/// The secrets of a site's provider, in every form in which they may leak.
struct Canaries {
  let texts: [String]

  init(of site: ClusterSite) async throws {
    let values = try await site.read(
      .helm, "get", "values", "akash-provider", "-o", "yaml", "-n", "akash-services")
    let secrets = ["key", "keysecret", "bidpricescript"].compactMap { name in
      values.outputText.split(separator: "\n").first { $0.hasPrefix("\(name): ") }
        .map { String($0.dropFirst(name.count + 2)) }
    }
    try #require(secrets.count == 3)
    var texts: Set<String> = []
    for secret in secrets {
      let plain = Data(base64Encoded: secret).map { String(decoding: $0, as: UTF8.self) } ?? ""
      texts.insert(secret)
      texts.insert(Data(secret.utf8).base64EncodedString())
      texts.formUnion(
        plain.split(separator: "\n").map(String.init).filter { $0.contains("CANARY") })
    }
    // Each of the three has a line of its own that says what it is.
    try #require(texts.count >= 9)
    self.texts = texts.sorted()
  }

  /// Those that stand in the text.
  func found(in text: String) -> [String] { texts.filter(text.contains) }

  /// Nothing the program printed and nothing below the folder but provider.yaml holds one.
  func checkFolder(of site: ClusterSite) throws {
    let names = try #require(FileManager.default.enumerator(atPath: site.folder))
    var count = 0
    for case let name as String in names {
      let path = "\(site.folder)/\(name)"
      // provider.yaml is where they belong; the rehearsal's state is the cluster.
      if path == site.providerFile || name.contains("/rehearsal/") { continue }
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      count += 1
      #expect(found(in: String(decoding: data, as: UTF8.self)) == [], "\(name)")
    }
    #expect(count > 3)
    #expect(found(in: site.transcript) == [])
    // The look itself sees something.
    #expect(found(in: try String(contentsOfFile: site.providerFile, encoding: .utf8)).count >= 3)
  }
}
