import Cluster
import Foundation
import Testing

@testable import IPLeasesCore

/// Archives: ours come back, hostile ones are refused.
struct TarArchiveTests {
  private static let entries = [
    TarArchive.Entry("a/0001-x.json", Data("{}".utf8)), TarArchive.Entry("empty", Data()),
    TarArchive.Entry("z.txt", Data(repeating: 65, count: 1_025)),
  ]

  @Test func whatIsPackedComesBack() throws {
    let archive = TarArchive.packed(Self.entries.reversed())
    #expect(archive.count % 512 == 0)
    #expect(try TarArchive.entries(in: archive) == Self.entries)
    #expect(TarArchive.packed(Self.entries) == archive)
    let packed = try #require(Gzip.packed(archive))
    #expect(Gzip.packed(archive) == packed)
    #expect(Gzip.unpacked(packed, limit: archive.count) == archive)
    #expect(Gzip.unpacked(packed, limit: archive.count - 1) == nil)
  }

  @Test func tarReadsItToo() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ship-tar-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let packed = try #require(Gzip.packed(TarArchive.packed(Self.entries)))
    try packed.write(to: URL(filePath: "\(folder)/x.tar.gz"))
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["tar", "-xzf", "\(folder)/x.tar.gz", "-C", folder]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    for entry in Self.entries {
      #expect(try Data(contentsOf: URL(filePath: "\(folder)/\(entry.name)")) == entry.contents)
    }
  }

  @Test(arguments: [
    "../etc/passwd", "/etc/passwd", "a/../../b", ".hidden", "a//b", "a\\b", "a\u{1B}[2J",
    "a/b/c/d/e",
  ])
  func aNameThatLeadsElsewhereIsRefused(_ name: String) {
    let archive = TarArchive.packed([TarArchive.Entry(name, Data())])
    #expect(throws: TarArchive.Damage.self) { try TarArchive.entries(in: archive) }
  }

  @Test(arguments: ["1", "2", "3", "5", "6", "x", "g", "L"])
  func onlyPlainFilesAreTaken(_ kind: String) {
    var archive = TarArchive.packed([TarArchive.Entry("a", Data())])
    let old = archive[156]
    archive[156] = kind.utf8.first ?? 0
    // The sum is right again.
    let sum = archive[148..<154].reduce(0) { $0 * 8 + Int($1) - 48 } + Int(archive[156]) - Int(old)
    let digits = String(sum, radix: 8)
    archive.replaceSubrange(
      148..<154, with: (String(repeating: "0", count: 6 - digits.count) + digits).utf8)
    #expect(throws: TarArchive.Damage(reason: "it holds something else than plain files")) {
      try TarArchive.entries(in: archive)
    }
  }

  @Test func damageIsSeenWhereverItIs() throws {
    let archive = TarArchive.packed(Self.entries)
    for end in stride(from: 0, to: archive.count - 1_024, by: 97) {
      #expect(throws: TarArchive.Damage.self) { try TarArchive.entries(in: archive.prefix(end)) }
    }
    for place in [0, 50, 100, 130, 150, 156, 257] {
      var damaged = archive
      damaged[place] ^= 0x41
      #expect(throws: TarArchive.Damage.self) { try TarArchive.entries(in: damaged) }
    }
  }

  @Test func tooManyFilesAreRefused() {
    let many = (0...TarArchive.mostEntries).map { TarArchive.Entry("n\($0)", Data()) }
    #expect(throws: TarArchive.Damage(reason: "it has too many files")) {
      try TarArchive.entries(in: TarArchive.packed(many))
    }
    let twice = TarArchive.packed([Self.entries[0], Self.entries[0]])
    #expect(throws: TarArchive.Damage(reason: "a file is there twice")) {
      try TarArchive.entries(in: twice)
    }
  }

  /// A little that would become very much.
  @Test func aBombIsNotUnpacked() throws {
    let zeros = try #require(Gzip.packed(Data(count: 64 << 20)))
    #expect(zeros.count < 1 << 20)
    #expect(Gzip.unpacked(zeros, limit: 1 << 20) == nil)
  }

  @Test(arguments: [
    Data(), Data("no gzip".utf8), Data([0x1F, 0x8B]), Gzip.packed(Data("no tar".utf8)) ?? Data(),
    Gzip.packed(TarArchive.packed(entries)) ?? Data(),
    Gzip.packed(
      TarArchive.packed([TarArchive.Entry("index.json", Data(#"{"schema":"other"}"#.utf8))]))
      ?? Data(),
  ])
  func whatIsNoBundleIsRefused(_ file: Data) {
    #expect(throws: (any Error).self) { try EvidenceBundle(file: file) }
  }
}
