import Basics
import Foundation
import Subprocess
import SystemPackage

/// What a plan has borrowed from the cluster, and how it is given back.
package struct Debt: Codable, Sendable {
  /// Of the record that is forgotten once it is given back.
  package var id: String
  package var commands: [Command]
  /// From its beginning: so long it may stand at most.
  package var limit: Duration
  /// Where the ways back of this cluster are, and its journal.
  var folder: StateFolder
  var journal: StateFolder
  var context: String
  var environment: [String: String] = [:]
  var secrets: [String]
}

/// A process that gives back what is borrowed where this one does not come to it: it is in a session
/// of its own, and the end of a line to it tells it that this process is gone, however it went.
package struct Keeper: Sendable {
  /// In place of a job's folder, for `supervise`.
  package static let word = "keep"

  private let line: FileDescriptor

  private static let patience: Int32 = 10_000
  static let isUp = UInt8(ascii: "u")
  static let isOver = UInt8(ascii: "o")

  /// - Throws: where nobody could be found to give it back.
  static func start(_ debt: Debt, supervisor: [String]) throws(UserMessage) -> Keeper {
    let what = "the process that gives back what is borrowed could not be started"
    guard let program = supervisor.first, let bytes = try? JSONEncoder().encode(debt) else {
      throw UserMessage(what)
    }
    let input = try ChildProcess.unnamedFile(holding: bytes)
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      try? input.close()
      throw FileFailure.message(what, Errno(rawValue: errno))
    }
    let theirs = FileDescriptor(rawValue: ends[1])
    let keeper = Keeper(line: FileDescriptor(rawValue: ends[0]))
    Task.detached {
      _ = try? await Subprocess.run(
        .path(.init(program)), arguments: Arguments(supervisor.dropFirst() + [word]),
        environment: ChildProcess.environment(debt.environment),
        platformOptions: ChildProcess.ownSession,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(theirs, closeAfterSpawningProcess: true), error: .discarded)
    }
    guard hear(keeper.line, for: patience) == isUp else {
      try? keeper.line.close()
      throw UserMessage(what, advice: "if this program was replaced meanwhile, start it anew")
    }
    return keeper
  }

  /// It was given back.
  func dismiss() {
    _ = try? line.writeAll([Self.isOver])
    try? line.close()
  }

  /// It could not be given back here.
  func leaveToIt() { try? line.close() }

  /// - Returns: nil where the line has ended, or the time.
  static func hear(_ line: FileDescriptor, for milliseconds: Int32) -> UInt8? {
    var descriptor = pollfd(fd: line.rawValue, events: Int16(POLLIN), revents: 0)
    guard (try? Errno.check { poll(&descriptor, 1, milliseconds) }) == 1 else { return nil }
    var byte: UInt8 = 0
    let count = try? withUnsafeMutableBytes(of: &byte) { try line.read(into: $0) }
    return count == 1 ? byte : nil
  }
}
