import Basics
import Cluster
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
    do throws(UserMessage) {
      let contents = try PoolImport.contents(in: text, name: shown)
      let found = try contents.pool(called: pool, name: shown)
      let problems = contents.problems(of: found, for: pool, isWhole: false, ClusterSnapshot())
      if let error = problems.first(where: { $0.severity == .error }) {
        throw UserMessage("\(shown) was not taken.", reason: error.message, advice: error.fix)
      }
      return .success(found)
    } catch {
      return .failure(error)
    }
  }
}
