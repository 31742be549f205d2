import Basics
import Foundation
import IPLeasesCore

/// Ranges from a file of this machine.
enum ImportedFile {
  /// Bytes of a file of ranges, at most.
  private static let limit = 4_000_000

  static func pool(in path: String, called pool: String) -> Result<ImportedPool, UserMessage> {
    let shown = SafeText.line(path)
    let text: String
    // Never a pipe or a terminal, which may have no end.
    do throws(UserMessage) {
      guard let bytes = try AtomicFile.read(path, limit: Self.limit + 1, isCutAtLimit: true) else {
        throw UserMessage("\(shown) is not there.", advice: "I again, with another path")
      }
      guard bytes.count <= Self.limit else {
        throw UserMessage("\(shown) is larger than 4 MB.", advice: "Import a part of it.")
      }
      text = String(decoding: bytes, as: UTF8.self)
    } catch {
      return .failure(error)
    }
    do { return .success(try PoolImport.pool(in: text, name: shown, called: pool)) } catch {
      return .failure(error)
    }
  }
}
