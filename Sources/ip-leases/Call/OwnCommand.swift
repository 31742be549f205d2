import Basics
import Foundation
import IPLeasesCore

/// The program's own commands as the texts advise them, for one call: they carry the options that
/// chose the cluster, so that a line copied from a rehearsal or from another context runs there again.
struct OwnCommand: Sendable {
  /// `--context`, `--rehearse` and the others as they were given; empty for a call without.
  let options: [String]
  private let subcommands: [String]

  private init(options: [String], subcommands: [String]) {
    self.options = options
    self.subcommands = subcommands
  }

  /// - Parameters:
  ///   - arguments: those of the call.
  ///   - subcommands: the names of those that a text may advise.
  ///   - carried: the options that say which cluster, files and versions are meant.
  init(
    _ arguments: [String] = [], of subcommands: [String] = [], carrying carried: Set<String> = []
  ) {
    self.subcommands = subcommands
    options = Self.chosen(arguments, carried)
  }

  /// The text with those options in each command of this program that it names.
  func retold(_ text: String) -> String {
    guard !options.isEmpty else { return text }
    let words = ShellQuoting.quote(options)
    return subcommands.reduce(text) { text, name in
      text.replacing("ip-leases \(name)", with: "ip-leases \(words) \(name)")
    }
  }

  /// The same about one context of several.
  func choosing(context: String) -> OwnCommand {
    var rest = options[...]
    var kept: [String] = []
    while let word = rest.popFirst() {
      if word == "--context" {
        _ = rest.popFirst()
      } else if !word.hasPrefix("--context=") {
        kept.append(word)
      }
    }
    return OwnCommand(options: ["--context", context] + kept, subcommands: subcommands)
  }

  private static func chosen(_ arguments: [String], _ carried: Set<String>) -> [String] {
    var chosen: [String] = []
    var rest = arguments.prefix { $0 != "--" }
    while let argument = rest.popFirst() {
      let name = argument.prefix { $0 != "=" }
      guard carried.contains(String(name)) else { continue }
      chosen.append(argument)
      if name.count == argument.count, let value = rest.popFirst() { chosen.append(value) }
    }
    return chosen
  }
}
