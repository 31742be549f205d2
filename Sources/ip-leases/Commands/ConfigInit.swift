import ArgumentParser
import Basics
import Foundation
import IPLeasesCore

struct ConfigInit: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Writes a commented settings file where none is.",
    discussion: """
      It goes to the file that --config names, else to the usual place; with --config - to standard \
      output. Every key is commented out: the file changes nothing until it is edited.
      """)

  @OptionGroup var options: GlobalOptions

  func answer(_ call: Call) throws {
    if options.config == "-" { return call.output(ConfigTemplate.text) }
    let folders = UserFolders(call.environment)
    let path =
      options.config.map { GlobalOptions.absolute($0, folders) }
      ?? ConfigFile.usualPath(folders)
    do throws(UserMessage) {
      guard access(path, F_OK) != 0 else {
        throw UserMessage("\(path) is there already.", advice: "It was not changed.")
      }
      if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
        try AtomicFile.createFolder(String(path[..<slash]))
      }
      try AtomicFile.write(Data(ConfigTemplate.text.utf8), to: path)
    } catch {
      throw call.failure(error)
    }
    call.output("\(path) is written; every key in it is commented out.\n")
  }
}
