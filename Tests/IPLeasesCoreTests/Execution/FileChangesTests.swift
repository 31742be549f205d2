import Foundation
import TestSupport
import Testing

@testable import Basics
@testable import Execution
@testable import IPLeasesCore

struct FileChangesTests {
  private let folder = TemporaryFolder()

  @Test func whateverIsWrittenIsTold() async throws {
    try folder.state.create()
    let path = folder.state.journal
    var changes = FileChanges.beside(path).changes.makeAsyncIterator()
    try AtomicFile.write(Data("a".utf8), to: path)
    #expect(await changes.next() != nil)
    let file = try OpenFile(path, .writeOnly, .append)
    // What was told and not taken yet is one: the last change is never lost with it.
    for _ in 0..<3 { try file.write(Data("b".utf8)) }
    #expect(await changes.next() != nil)
    try AtomicFile.remove(path)
    #expect(await changes.next() != nil)
  }

  @Test func aFolderThatIsNotThereYetIsLookedFor() async throws {
    let path = folder.path + "/not/there"
    var changes = FileChanges.beside(path).changes.makeAsyncIterator()
    #expect(await changes.next() != nil)
    #expect(await changes.next() != nil)
  }

  @Test func aReaderThatIsCancelledEndsAndLeavesNoDescriptor() async throws {
    let path = folder.path + "/x"
    let (heard, told) = AsyncStream<Void>.makeStream()
    let watched = AsyncStream<Void>.makeStream()
    let reader = Task {
      let changes = FileChanges.beside(path).changes
      watched.continuation.yield()
      for await _ in changes { told.yield() }
    }
    _ = await watched.stream.first { _ in true }
    // Where other work took the user's last one, the folder is looked at again and again instead.
    #expect(try await eventually { try watches() == 1 || !Self.isInstanceLeft() })
    try AtomicFile.write(Data("a".utf8), to: path)
    _ = await heard.first { _ in true }
    reader.cancel()
    await reader.value
    #expect(try await eventually { try watches() == 0 })
  }

  /// The kernel gives a user a hundred or so at a time.
  private static func isInstanceLeft() -> Bool {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC))
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  /// Of this process on the folder: others run beside this test.
  private func watches() throws -> Int {
    var status = stat()
    try #require(stat(folder.path, &status) == 0)
    let mark = "ino:\(String(status.st_ino, radix: 16)) "
    let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fdinfo")
    return numbers.count { number in
      (try? String(contentsOfFile: "/proc/self/fdinfo/\(number)", encoding: .utf8))?
        .contains(mark) ?? false
    }
  }
}
