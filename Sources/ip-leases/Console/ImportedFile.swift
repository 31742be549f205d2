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
    do {
      let handle = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? handle.close() }
      let bytes = try handle.read(upToCount: Self.limit + 1) ?? Data()
      guard bytes.count <= Self.limit else {
        return .failure(
          UserMessage("\(shown) is larger than 4 MB.", advice: "Import a part of it."))
      }
      text = String(decoding: bytes, as: UTF8.self)
    } catch {
      return .failure(
        UserMessage(
          "\(shown) was not read", reason: error.localizedDescription,
          advice: "I again, with another path"))
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
