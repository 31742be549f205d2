import Foundation
import Testing

@testable import IPLeasesCore

struct FileChangesTests {
  private let folder = TemporaryFolder()

  @Test(.timeLimit(.minutes(1)))
  func whateverIsWrittenIsTold() async throws {
    try folder.state.create()
    let path = folder.state.journal
    var changes = FileChanges.beside(path).changes.makeAsyncIterator()
    try AtomicFile.write(Data("a".utf8), to: path)
    #expect(await changes.next() != nil)
    let file = try OpenFile(path, O_WRONLY | O_APPEND)
    // What was told and not taken yet is one: the last change is never lost with it.
    for _ in 0..<3 { try file.write(Data("b".utf8)) }
    #expect(await changes.next() != nil)
    try AtomicFile.remove(path)
    #expect(await changes.next() != nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func aFolderThatIsNotThereYetIsLookedFor() async throws {
    let path = folder.path + "/not/there"
    var changes = FileChanges.beside(path).changes.makeAsyncIterator()
    #expect(await changes.next() != nil)
    #expect(await changes.next() != nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func aReaderThatIsCancelledEnds() async throws {
    let path = folder.path + "/x"
    let reader = Task { for await _ in FileChanges.beside(path).changes {} }
    reader.cancel()
    await reader.value
  }
}
