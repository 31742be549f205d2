import Foundation

/// What is kept about checks from one run to the next: how they came out, which findings are set
/// aside, and the last proof. Small JSON files beside the journal; a file that is not there or
/// cannot be read is empty, for none of them decides anything.
package struct FindingStore: Sendable {
  private let folder: StateFolder

  package init(folder: StateFolder) { self.folder = folder }

  package var history: CheckHistory { read("checks.json") ?? CheckHistory() }

  package func keep(_ history: CheckHistory) throws(UserMessage) {
    try write(history, "checks.json")
  }

  /// Those whose end has not come, by code.
  package func aside(at time: Date) -> [String: FindingAside] {
    let all: [FindingAside] = read("findings-aside.json") ?? []
    return Dictionary(
      all.filter { $0.isActive(at: time) }.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
  }

  package func setAside(_ finding: FindingAside) throws(UserMessage) {
    var all = aside(at: finding.since)
    all[finding.code] = finding
    try write(all.values.sorted { $0.code < $1.code }, "findings-aside.json")
  }

  /// - Returns: false where it was not set aside.
  package func takeBack(_ code: String, at time: Date) throws(UserMessage) -> Bool {
    var all = aside(at: time)
    guard all.removeValue(forKey: code) != nil else { return false }
    try write(all.values.sorted { $0.code < $1.code }, "findings-aside.json")
    return true
  }

  package var proof: ProofRecord? { read("proof.json") }

  package func keep(_ proof: ProofRecord) throws(UserMessage) { try write(proof, "proof.json") }

  private func read<Value: Decodable>(_ name: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return (try? AtomicFile.read("\(folder.path)/\(name)")).flatMap {
      try? decoder.decode(Value.self, from: $0)
    }
  }

  private func write(_ value: some Encodable, _ name: String) throws(UserMessage) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.dateEncodingStrategy = .iso8601
    guard let bytes = try? encoder.encode(value) else {
      throw UserMessage("\(name) could not be written down")
    }
    try folder.create()
    try AtomicFile.write(bytes, to: "\(folder.path)/\(name)")
  }
}
