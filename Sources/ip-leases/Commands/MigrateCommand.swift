import ArgumentParser
import Basics
import Foundation
import IPLeasesCore

struct MigrateCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "The ConfigMap of MetalLB 0.12 as the objects MetalLB wants since 0.13.",
    discussion: """
      FILE is the ConfigMap in YAML or JSON, alone or among other objects, the bare text of its key \
      config, helm values with configInline, or objects of the old kind AddressPool; "-" is standard \
      input, also where no FILE is given. No cluster is needed or touched. The objects go to \
      standard output, BGP passwords among them; warnings go to standard error. On a cluster the \
      step migrate does the whole: ip-leases apply migrate.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: ArgumentHelp("The old configuration.", valueName: "file")) var file = "-"

  func answer(_ call: Call) async throws {
    if file == "-", call.streams.isTerminal(.input) {
      call.error("Reading the old configuration from here; Ctrl-D ends it.\n")
    }
    let input: Data
    do throws(UserMessage) {
      input = try InputFile.bytes(of: file, most: LegacyConversion.mostBytes, call)
    } catch {
      throw call.failure(error.untold)
    }
    let conversion: LegacyConversion
    do throws(UserMessage) { conversion = try LegacyConversion(input) } catch {
      throw call.failure(error)
    }
    for warning in conversion.warnings { call.error("warning: \(warning)\n") }
    call.output(conversion.text.reveal())
  }
}
