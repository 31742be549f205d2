import Foundation

/// What the argument parser knows of the program: every subcommand with its arguments.
///
/// The parser prints it as JSON for `--experimental-dump-help`.
struct CommandReference: Decodable {
  struct Tool: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool
    var arguments: [Argument]?
    var subcommands: [Tool]?

    /// Those that people are shown.
    var shown: [Tool] {
      (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }
  }

  struct Argument: Decodable, Hashable {
    struct Name: Decodable, Hashable {
      var kind: String
      var name: String

      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var isOptional: Bool
    var isRepeating: Bool
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?

    /// `-o`, `--output` <output>, as Markdown.
    var term: String {
      if kind == "positional" { return "<\(valueName ?? "")>".code }
      let names = (names ?? []).map(\.text).sorted { $0.count < $1.count }
      let value = kind == "option" ? " <\(valueName ?? "")>" : ""
      return names.dropLast().map { $0.code + ", " }.joined()
        + ((names.last ?? "") + value).code
    }

    /// What it does, its values and its default.
    var meaning: String {
      var parts = [abstract ?? ""]
      // Where the abstract names each value, a list of them says nothing more.
      if let allValues, !allValues.allSatisfy((abstract ?? "").contains) {
        parts.append("One of: \(allValues.joined(separator: ", ")).")
      }
      if let defaultValue, abstract?.contains("(default:") != true {
        parts.append("Default: \(defaultValue).")
      }
      return parts.joined(separator: " ")
    }

    var longName: String? { names?.first { $0.kind == "long" }?.name }
  }

  var command: Tool

  init(dump: String) throws {
    self = try JSONDecoder().decode(CommandReference.self, from: Data(dump.utf8))
  }

  /// The subcommands without any below them, with their names from the program's on.
  private var leaves: [(name: String, tool: Tool)] {
    command.shown.flatMap { tool in
      let name = "\(command.commandName) \(tool.commandName)"
      return tool.shown.isEmpty
        ? [(name, tool)] : tool.shown.map { ("\(name) \($0.commandName)", $0) }
    }
  }

  /// What every subcommand takes, in the parser's order.
  private var common: [Argument] {
    let all = leaves.map { $0.tool.arguments ?? [] }
    return (all.first ?? []).filter { argument in all.allSatisfy { $0.contains(argument) } }
  }

  /// The option of every subcommand that has this long name.
  func commonOption(_ name: String) -> Argument? { common.first { $0.longName == name } }

  // MARK: Markdown

  var commandTable: String {
    ReferenceTables.table(
      ["Command", "What it does"], leaves.map { [$0.name.code, $0.tool.abstract ?? ""] })
  }

  var commonTable: String { Self.table(common) }

  /// What each takes beside that: usage, explanation, table.
  var ownOptions: String {
    command.shown.map { tool in
      guard !tool.shown.isEmpty else { return section("\(command.commandName) ", tool) }
      let name = "\(command.commandName) \(tool.commandName)"
      let parts = tool.shown.map { section(name + " ", $0) }
      let about = tool.discussion.map { "### \(name.code)\n\n\($0)\n\n" } ?? ""
      return about + parts.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private func section(_ parent: String, _ tool: Tool) -> String {
    let own = (tool.arguments ?? []).filter { !common.contains($0) }
    let positional = own.filter { $0.kind == "positional" }.map { argument in
      let name = "<\(argument.valueName ?? "")>" + (argument.isRepeating ? " ..." : "")
      return argument.isOptional ? " [\(name)]" : " \(name)"
    }
    let usage = parent + tool.commandName + " [options]" + positional.joined()
    let parts = [tool.abstract, tool.discussion].compactMap(\.self)
    return "### \(usage.code)\n\n" + parts.joined(separator: "\n\n") + "\n"
      + (own.isEmpty ? "" : "\n" + Self.table(own))
  }

  private static func table(_ arguments: [Argument]) -> String {
    ReferenceTables.table(["Option", "What it does"], arguments.map { [$0.term, $0.meaning] })
  }
}
