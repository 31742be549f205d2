import ArgumentParser
import Foundation
import IPLeasesCore

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "The ConfigMap of MetalLB 0.12 as the objects MetalLB wants since 0.13.",
    discussion: """
      FILE is the ConfigMap in YAML or JSON, or the bare text of its key config; "-" is standard \
      input, also where no FILE is given. No cluster is needed or touched. The objects go to \
      standard output, BGP passwords among them; warnings go to standard error. On a cluster the \
      step migrate does the whole: ip-leases apply migrate.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: ArgumentHelp("The old configuration.", valueName: "file")) var file = "-"

  func run() throws {
    let input: Data
    do throws(UserMessage) { input = try read() } catch {
      Standard.error(error.text + "\n")
      throw ExitCode(Exit.untold)
    }
    let conversion: LegacyConversion
    do throws(UserMessage) { conversion = try LegacyConversion(input) } catch {
      Standard.error(error.text + "\n")
      throw ExitCode(Exit.doesNotHold)
    }
    for warning in conversion.warnings { Standard.error("warning: \(warning)\n") }
    Standard.output(conversion.text.reveal())
  }

  /// At most one byte more than is taken: a longer input is refused whatever follows.
  private func read() throws(UserMessage) -> Data {
    let most = LegacyConversion.mostBytes
    if file == "-" {
      do { return try FileHandle.standardInput.read(upToCount: most + 1) ?? Data() } catch {
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
