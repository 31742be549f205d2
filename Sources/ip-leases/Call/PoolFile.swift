import Basics
import Cluster
import Foundation
import IPLeasesCore

/// A file of ranges, or of a pool.
enum PoolFile {
  /// The pool that is meant, and all the file holds.
  ///
  /// - Throws: `ExitCode` where the file cannot be read or holds no pool, after saying why.
  static func pool(
    _ file: String, called wanted: String = ConsoleSettings.poolName, _ call: Call
  ) throws -> (pool: ImportedPool, contents: PoolFileContents) {
    let name = file == "-" ? "standard input" : file
    do throws(UserMessage) {
      let contents = try PoolImport.contents(in: text(of: file, call), name: name)
      return (try contents.pool(called: wanted, name: name), contents)
    } catch {
      throw call.failure(error.untold)
    }
  }

  private static let mostBytes = 8 << 20

  private static func text(of file: String, _ call: Call) throws(UserMessage) -> String {
    let bytes = try InputFile.bytes(of: file, most: mostBytes, call)
    guard bytes.count <= mostBytes else {
      let name = file == "-" ? "Standard input" : "The file \(SafeText.line(file, limit: 200))"
      throw UserMessage("\(name) is too long.", advice: "8 MiB is the most.")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
