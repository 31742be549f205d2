import Basics
import Foundation
import IPLeasesCore

/// A file named on the command line; "-" is standard input.
enum InputFile {
  /// Its bytes, and of a longer one no more than one over `most`: enough to see that it is too long.
  static func bytes(of file: String, most: Int, _ call: Call) throws(UserMessage) -> Data {
    if file == "-" {
      do { return try call.streams.read(upToCount: most + 1) } catch {
        throw UserMessage(
          "Standard input could not be read.", reason: error.localizedDescription)
      }
    }
    guard let bytes = try AtomicFile.read(file, limit: most + 1, isCutAtLimit: true) else {
      throw UserMessage(
        "The file \(SafeText.line(file, limit: 200)) is not there.", advice: "Check its name.")
    }
    return bytes
  }
}
