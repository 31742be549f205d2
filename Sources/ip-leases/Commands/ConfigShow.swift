import ArgumentParser
import Basics

struct ConfigShow: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Each setting, and where it comes from.")

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text

  func answer(_ call: Call) throws {
    let document: ConfigDocument
    do throws(UserMessage) {
      document = try ConfigDocument(options, UserFolders(call.environment))
    } catch {
      throw call.failure(error.untold)
    }
    switch output {
    case .json, .yaml: call.show(document, as: output)
    case .text: call.output(document.text)
    }
  }
}
