import Foundation

/// The one place where a failed file operation becomes words.
package enum FileFailure {
  /// - Parameter code: the `errno` the system gave.
  package static func message(_ what: String, code: Int32) -> UserMessage {
    UserMessage(what, reason: String(cString: strerror(code)), advice: advice(for: code))
  }

  private static func advice(for code: Int32) -> String? {
    switch code {
    case ENOSPC, EDQUOT:
      "make room on that file system, then do it again; nothing was left half-written"
    case EROFS: "the file system is read-only; name a file or folder elsewhere"
    case EACCES, EPERM:
      "give this user the right to write there, or name a file or folder elsewhere"
    case ENOENT: "create the folder first, or name another one"
    case ENOTDIR: "a part of the path is not a folder; name another path"
    case EISDIR: "that is a folder; name a file"
    case ENAMETOOLONG: "choose a shorter name"
    case EMFILE, ENFILE: "too many files are open; close other programs or raise the limit"
    case EFBIG: "the file would be larger than this session allows (see ulimit -f)"
    case EIO: "look at the disk and the kernel's log; it did not take the data"
    default: nil
    }
  }
}
