import Addresses
import Basics
import Cluster
import Foundation

/// What somebody else needs to see what the admin sees, without knowing who that is.
package struct EvidenceBundle: Sendable {
  package var reads: RecordedReads
  /// Files of the state folder, by name.
  package var state: [String: Data] = [:]
  package var settings = Settings()
  /// Of the program that made it.
  package var program: String
  /// How many names of each kind were replaced.
  package var replaced: [Pseudonyms.Kind: Int] = [:]

  /// Of the call that made it, as far as they say what is wanted.
  package struct Settings: Hashable, Sendable, Codable {
    package var pool: [String] = []
    package var providerAddress: String?
    package var way: Way?
    package var metallbVersion: String?
  }

  /// The cluster's name wherever a bundle is looked at.
  package static let context = "bundle"

  /// Bytes of the file, and of what is in it.
  private static let largestFile = 128 << 20
  private static let largestContent = 512 << 20

  init(reads: RecordedReads, program: String) {
    self.reads = reads
    self.program = program
  }

  // MARK: Written

  private struct Index: Codable {
    struct Answer: Codable {
      var target: String
      var status: Int
      var file: String
    }

    struct Said: Codable {
      var argv: [String]
      var exit: Int32
      var output: String
      var errors: String
    }

    struct Log: Codable {
      var namespace: String
      var pod: String
      var container: String
      var previous: Bool
      var file: String
    }

    var schema: String
    var program: String
    /// RFC 3339.
    var date: String
    var settings: Settings
    var replaced: [String: Int]
    var answers: [Answer]
    var said: [Said]
    var logs: [Log]
    var state: [String]
  }

  private static let index = "index.json"
  private static let form = "ip-leases/bundle/v1"

  /// Everything, file by file.
  ///
  /// - Parameter documents: further files, for people.
  package func entries(with documents: [TarArchive.Entry] = []) -> [TarArchive.Entry] {
    var entries = documents
    func put(_ folder: String, _ word: String, _ ending: String, _ data: Data) -> String {
      let number = entries.count { $0.name.hasPrefix("\(folder)/") } + 1
      let digits = String(repeating: "0", count: max(0, 4 - "\(number)".count)) + "\(number)"
      let plain = word.unicodeScalars.map { scalar in
        scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
          ? String(scalar) : "-"
      }.joined().suffix(50)
      let name = "\(folder)/\(digits)-\(plain).\(ending)"
      entries.append(TarArchive.Entry(name, data))
      return name
    }
    var index = Index(
      schema: Self.form, program: program, date: reads.date.formatted(.iso8601),
      settings: settings,
      replaced: Dictionary(
        uniqueKeysWithValues: replaced.map { ($0.key.rawValue, $0.value) }),
      answers: [], said: [], logs: [], state: state.keys.sorted())
    for (target, answer) in reads.answers.sorted(by: { $0.key < $1.key }) {
      let path = target.prefix { $0 != "?" }.split(separator: "/").suffix(3).joined(separator: "-")
      index.answers.append(
        Index.Answer(
          target: target, status: answer.status, file: put("objects", path, "json", answer.body)))
    }
    for (words, said) in reads.said.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      index.said.append(
        Index.Said(
          argv: words, exit: said.exit,
          output: put("tools", words.prefix(4).joined(separator: "-"), "txt", said.output),
          errors: String(decoding: said.errors, as: UTF8.self)))
    }
    for (key, log) in reads.logs.sorted(by: { $0.key < $1.key }) {
      index.logs.append(
        Index.Log(
          namespace: key.namespace, pod: key.pod, container: key.container,
          previous: key.isPrevious,
          file: put("logs", "\(key.pod)-\(key.container)", "log", log)))
    }
    for (name, data) in state { entries.append(TarArchive.Entry("state/\(name)", data)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    entries.append(TarArchive.Entry(Self.index, (try? encoder.encode(index)) ?? Data()))
    return entries.sorted { $0.name < $1.name }
  }

  /// - Throws: where there is no room for it.
  package static func file(_ entries: [TarArchive.Entry]) throws(UserMessage) -> Data {
    guard let packed = Gzip.packed(TarArchive.packed(entries)) else {
      throw UserMessage("The bundle could not be packed.", reason: "there is no memory for it")
    }
    return packed
  }

  // MARK: Read

  /// - Throws: where it is damaged, too large, or nothing that this program has written.
  package init(contentsOf path: String) throws(UserMessage) {
    guard let file = try AtomicFile.read(path, limit: Self.largestFile) else {
      throw UserMessage(
        "The bundle \(SafeText.line(path, limit: 200)) is not there.", advice: "Check its name.")
    }
    try self.init(file: file)
  }

  package init(file: Data) throws(UserMessage) {
    func refusal(_ reason: String) -> UserMessage {
      UserMessage(
        "The bundle cannot be opened.", reason: reason,
        advice: "Ask for it once more; \(own: "bundle") makes one.")
    }
    guard let archive = Gzip.unpacked(file, limit: Self.largestContent) else {
      throw refusal("it is damaged, no .tar.gz, or larger than is taken")
    }
    let entries: [TarArchive.Entry]
    do throws(TarArchive.Damage) { entries = try TarArchive.entries(in: archive) } catch {
      throw refusal(error.reason)
    }
    let files = Dictionary(
      entries.map { ($0.name, $0.contents) }, uniquingKeysWith: { first, _ in first })
    guard let text = files[Self.index],
      let index = try? JSONDecoder().decode(Index.self, from: text), index.schema == Self.form,
      let date = try? Date(index.date, strategy: .iso8601)
    else { throw refusal("it has no index that this version reads") }
    func content(_ name: String) throws(UserMessage) -> Data {
      guard let found = files[name] else {
        throw refusal("a file of its index is missing: \(SafeText.line(name, limit: 100))")
      }
      return found
    }
    self.init(
      reads: RecordedReads(date: date), program: SafeText.line(index.program, limit: 40))
    settings = index.settings
    for (name, count) in index.replaced {
      if let kind = Pseudonyms.Kind(rawValue: name) { replaced[kind] = count }
    }
    for answer in index.answers {
      reads.answers[answer.target] = RecordedReads.Answer(
        status: answer.status, body: try content(answer.file))
    }
    for said in index.said {
      reads.said[said.argv] = RecordedReads.Said(
        exit: said.exit, output: try content(said.output), errors: Data(said.errors.utf8))
    }
    for log in index.logs {
      let key = RecordedReads.LogKey(
        namespace: log.namespace, pod: log.pod, container: log.container,
        isPrevious: log.previous)
      reads.logs[key] = try content(log.file)
    }
    for name in index.state {
      guard Self.stateFiles.contains(name) else {
        throw refusal("it holds a file of the state folder that is not known")
      }
      state[name] = try content("state/\(name)")
    }
  }

  /// Of the state folder, those that tell what was done and found. Ways back hold whole files.
  static let stateFiles = [
    "activity.1.jsonl", "activity.jsonl", "checks.json", "findings-aside.json", "proof.json",
    "set-aside.json", "watch.json",
  ]
}
