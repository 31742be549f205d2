import Addresses
import ArgumentParser
import Basics
import Cluster
import Foundation
import IPLeasesCore

struct PoolsHistory: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Which lease and owner had an address, and when.",
    discussion: """
      What this machine saw: each look at the cluster is kept, those of a watch to the second. \
      Between two looks nobody knows; the times say so.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(name: [.short, .long], help: "text, json or yaml.") var output = OutputFormat.text
  @Argument(help: ArgumentHelp("An address.", valueName: "address"))
  var address: String

  func answer(_ call: Call) async throws {
    guard let address = IPAddress(parsing: address) else {
      throw call.failure(
        UserMessage(
          "\"\(SafeText.line(address, limit: 60))\" is no address.",
          advice: "Give one, as in \(own: "pools history 203.0.113.8")."))
    }
    let (session, record) = try await AddressPast.read(Workplace(options, call))
    let spans = record.history(of: address)
    let events = AddressPast.events(about: address, session)
    switch output {
    case .json, .yaml:
      call.show(
        AddressHistoryDocument(
          address: address.description, seenAt: record.seenAt,
          spans: spans.map { AddressHistoryDocument.Span($0) },
          events: events.map(AddressPast.line)),
        as: output)
    case .text:
      call.output(AddressPast.text(of: address, spans, events, seenAt: record.seenAt))
    }
  }
}
