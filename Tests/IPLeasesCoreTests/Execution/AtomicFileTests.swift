import Foundation
import IPLeasesCore
import SystemPackage
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

struct AtomicFileTests {
  private let folder = TemporaryFolder()

  @Test func whatIsWrittenIsReadBackAndPrivate() throws {
    let path = folder.file("provider.yaml")
    try AtomicFile.write(Data("one".utf8), to: path)
    try AtomicFile.write(Data("two".utf8), to: path)
    #expect(try AtomicFile.read(path) == Data("two".utf8))
    #expect(mode(of: path) == 0o600)
    #expect(folder.names == ["provider.yaml"])
  }

  @Test func aFileOfTheAdminsKeepsItsModeWhereThatIsAsked() throws {
    let path = folder.file("hosts.yaml")
    for mode in [0o644, 0o640, 0o400] {
      try? FileManager.default.removeItem(atPath: path)
      #expect(FileManager.default.createFile(atPath: path, contents: Data("one".utf8)))
      #expect(chmod(path, mode_t(mode)) == 0)
      try AtomicFile.write(Data("two".utf8), to: path, keepingMode: true)
      #expect(TestSupport.mode(of: path) == mode_t(mode))
      #expect(try AtomicFile.read(path) == Data("two".utf8))
    }
    let new = folder.file("new.yaml")
    try AtomicFile.write(Data("one".utf8), to: new, keepingMode: true)
    #expect(mode(of: new) == 0o600)
  }

  @Test func aMissingFileIsNotAnError() throws {
    #expect(try AtomicFile.read(folder.file("none")) == nil)
    try AtomicFile.remove(folder.file("none"))
  }

  @Test func aSymbolicLinkAtTheTargetIsRefusedAndItsTargetStays() throws {
    let real = folder.file("real")
    try AtomicFile.write(Data("old".utf8), to: real)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: real)
    #expect(throws: UserMessage.self) {
      try AtomicFile.write(Data("new".utf8), to: folder.file("link"))
    }
    #expect(try AtomicFile.read(real) == Data("old".utf8))
    #expect(folder.names == ["link", "real"])
  }

  @Test func aFileLargerThanTheLimitIsRefused() throws {
    try AtomicFile.write(Data(count: 101), to: folder.file("big"))
    let message = #expect(throws: UserMessage.self) {
      try AtomicFile.read(folder.file("big"), limit: 100)
    }
    #expect(message?.reason == "it is larger than 100 bytes")
    #expect(try AtomicFile.read(folder.file("big"), limit: 101)?.count == 101)
  }

  @Test func aPipeNobodyWritesToIsRefusedAtOnce() {
    let path = folder.file("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: UserMessage.self) { try AtomicFile.read(path) }
    #expect(throws: UserMessage.self) { try AtomicFile.write(Data(), to: path) }
  }

  @Test func aFolderInTheWayIsNamed() {
    let message = #expect(throws: UserMessage.self) {
      try AtomicFile.write(Data(), to: folder.path)
    }
    #expect(message?.reason == "Is a directory")
    #expect(throws: UserMessage.self) { try AtomicFile.read(folder.path) }
  }

  @Test func anUnwritableFolderGivesAdvice() {
    // Not even root may create files there.
    let message = #expect(throws: UserMessage.self) {
      try AtomicFile.write(Data("x".utf8), to: "/sys/kernel/provider.yaml")
    }
    #expect(message?.what == "could not write /sys/kernel/provider.yaml")
    #expect(message?.advice != nil)
  }

  @Test func aFullDiskIsSaidInWords() throws {
    let full = try OpenFile("/dev/full", .writeOnly)
    let error = #expect(throws: Errno.self) { try full.write(Data("x".utf8)) }
    let message = FileFailure.message("could not write f", try #require(error))
    #expect(message.reason == "No space left on device")
    #expect(message.advice?.text().hasPrefix("make room") == true)
  }

  @Test func aWriteThatFailsHalfWayLeavesTheOldTextAndNothingElse() async throws {
    let path = folder.file("provider.yaml")
    try AtomicFile.write(Data("old".utf8), to: path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(throws: UserMessage.self) { try AtomicFile.write(Data(count: 1 << 20), to: path) }
    }
    #expect(try AtomicFile.read(path) == Data("old".utf8))
    #expect(folder.names == ["provider.yaml"])
  }

  @Test func theCopyOfAProcessKilledWhileWritingIsRemoved() throws {
    // The highest process id of Linux is below this.
    try AtomicFile.write(Data("half".utf8), to: folder.file(".provider.yaml.4194305-7.tmp"))
    try AtomicFile.write(Data("other".utf8), to: folder.file(".provider.yaml.mine.tmp"))
    try AtomicFile.write(Data("new".utf8), to: folder.file("provider.yaml"))
    #expect(folder.names == [".provider.yaml.mine.tmp", "provider.yaml"])
  }

  @Test func foldersAreMadePrivateWithThoseAboveThem() throws {
    try AtomicFile.createFolder(folder.file("a/b/c"))
    try AtomicFile.createFolder(folder.file("a/b/c"))
    #expect(mode(of: folder.file("a")) == 0o700)
    #expect(mode(of: folder.file("a/b/c")) == 0o700)
    try AtomicFile.write(Data(), to: folder.file("file"))
    let message = #expect(throws: UserMessage.self) {
      try AtomicFile.createFolder(folder.file("file"))
    }
    #expect(message?.reason == "a file of that name is in the way")
  }

  @Test(arguments: [("kind-prod", "kind-prod"), ("admin@home", "admin@home")])
  func aPlainContextIsItsOwnFolder(context: String, key: String) {
    #expect(StateFolder.key(for: context) == key)
  }

  @Test func oddContextsGetSafeAndDifferentFolders() {
    let odd = ["", ".", "..", "../x", "a/b", "a:b", "a b", String(repeating: "x", count: 300), "é"]
    let keys = odd.map(StateFolder.key)
    #expect(Set(keys).count == odd.count)
    #expect(keys.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.utf8.count < 100 })
  }
}
