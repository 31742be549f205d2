import SystemPackage

/// The one place where a failed file operation becomes words.
package enum FileFailure {
  package static func message(_ what: String, _ error: Errno) -> UserMessage {
    UserMessage(what, reason: error.description, advice: advice(for: error))
  }

  private static func advice(for error: Errno) -> Advice? {
    switch error {
    case .noSpace, .diskQuotaExceeded:
      "make room on that file system, then do it again; nothing was left half-written"
    case .readOnlyFileSystem: "the file system is read-only; name a file or folder elsewhere"
    case .permissionDenied, .notPermitted:
      "give this user the right to write there, or name a file or folder elsewhere"
    case .noSuchFileOrDirectory: "create the folder first, or name another one"
    case .notDirectory: "a part of the path is not a folder; name another path"
    case .isDirectory: "that is a folder; name a file"
    case .fileNameTooLong: "choose a shorter name"
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
      "too many files are open; close other programs or raise the limit"
    case .fileTooLarge: "the file would be larger than this session allows (see ulimit -f)"
    case .ioError: "look at the disk and the kernel's log; it did not take the data"
    default: nil
    }
  }
}
