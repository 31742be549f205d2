import Foundation

/// What is kept about checks from one run to the next: how they came out, which findings are set
/// aside, and the last proof. Small JSON files beside the journal; a file that is not there or
/// cannot be read is empty: then every finding counts, and nothing is known of earlier runs.
package struct FindingStore: Sendable {
  private let folder: StateFolder

  package init(folder: StateFolder) { self.folder = folder }

  package var history: CheckHistory { read(folder.checkHistory) ?? CheckHistory() }

  package func keep(_ history: CheckHistory) throws(UserMessage) {
    try write(history, folder.checkHistory)
  }

  /// Those whose end has not come, by code.
  package func aside(at time: Date) -> [String: FindingAside] {
    let all: [FindingAside] = read(folder.findingsAside) ?? []
    return Dictionary(
      all.filter { $0.isActive(at: time) }.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
  }

  package func setAside(_ finding: FindingAside) throws(UserMessage) {
    var all = aside(at: finding.since)
    all[finding.code] = finding
    try write(all.values.sorted { $0.code < $1.code }, folder.findingsAside)
  }

  /// - Returns: false where it was not set aside.
  package func takeBack(_ code: String, at time: Date) throws(UserMessage) -> Bool {
    var all = aside(at: time)
    guard all.removeValue(forKey: code) != nil else { return false }
    try write(all.values.sorted { $0.code < $1.code }, folder.findingsAside)
    return true
  }

  package var proof: ProofRecord? { read(folder.proof) }

  package func keep(_ proof: ProofRecord) throws(UserMessage) { try write(proof, folder.proof) }

  private func read<Value: Decodable>(_ path: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return (try? AtomicFile.read(path)).flatMap {
      try? decoder.decode(Value.self, from: $0)
    }
  }

  private func write(_ value: some Encodable, _ path: String) throws(UserMessage) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.dateEncodingStrategy = .iso8601
    guard let bytes = try? encoder.encode(value) else {
      throw UserMessage("\(path) could not be written down")
    }
    try folder.create()
    try AtomicFile.write(bytes, to: path)
  }
}
