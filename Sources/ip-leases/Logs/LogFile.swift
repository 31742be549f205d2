import Basics
import Foundation
import IPLeasesCore
import Logs

/// A saved log, written as one that is read from the cluster; its lines keep their order.
struct LogFile {
  let call: Call
  let output: LogOutput
  let source: LogSource
  /// Standard input is written line by line, as it comes.
  let isFollowed: Bool

  private static let mostBytes = 512 << 20
  /// So many lines are parsed before the oldest are let go.
  private static let portion = 1 << 20

  /// - Returns: the exit code.
  func write(_ file: String) throws -> Int32 {
    let sieve = try LogSieve(minimumLevel: output.level, pattern: output.pattern)
    if file == "-", call.streams.isTerminal(.input) {
      call.error("Reading the log from here; Ctrl-D ends it.\n")
    }
    var page = LogPage(output: output, isInOrder: true)
    var blocks = KlogBlocks()
    if isFollowed {
      while let text = call.streams.nextLine() {
        let line = text.withoutByteOrderMark
        page.add(blocks.take(Array(line.utf8) + [0x0A]), from: source, sieve)
        guard page.print() else { return Exit.holds }
      }
    } else {
      let bytes = try bytes(of: file)
      var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
      while start < bytes.count {
        let rest = bytes[min(start + Self.portion, bytes.count - 1)...]
        let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        let isEnded = bytes[end - 1] == 0x0A
        page.add(
          blocks.take(Array(bytes[start..<end]) + (isEnded ? [] : [0x0A])), from: source, sieve)
        page.keep(newest: output.mostLines)
        start = end
      }
    }
    page.add(blocks.end(), from: source, sieve)
    page.cut(toNewest: output.mostLines)
    if page.timelessLines > 0 {
      call.error(
        "\(page.timelessLines) line(s) hold no date and time: --since and --until let them through.\n"
      )
    }
    _ = page.print()
    return Exit.holds
  }

  private func bytes(of file: String) throws -> [UInt8] {
    do throws(UserMessage) {
      let bytes = try InputFile.bytes(of: file, most: Self.mostBytes, call)
      guard bytes.count <= Self.mostBytes else {
        throw UserMessage("The log is too long.", advice: "512 MiB is the most; give a part of it.")
      }
      return [UInt8](bytes)
    } catch {
      throw call.failure(error.untold)
    }
  }
}
