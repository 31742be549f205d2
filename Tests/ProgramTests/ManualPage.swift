import Foundation

/// A manual page in the macros of man(7), made from the project's Markdown pages: headings,
/// paragraphs, tables, lists and blocks of code; in a line code, bold and links.
struct ManualPage {
  private(set) var text: String

  /// - Parameter summary: what stands behind the name in the first line.
  init(_ name: String, section: Int, version: String, summary: String) {
    text = """
      .\\" Made from the program: UPDATE_README=1 swift test --filter ReadmeTests writes it.
      .TH \(name.uppercased()) \(section) "" "ip-leases \(version)"
      .nh
      .ad l
      .SH NAME
      \(Self.inline(name)) \\- \(Self.inline(summary))

      """
  }

  /// Adds a page, with its title as that of a section.
  ///
  /// - Parameter isOneSection: its parts are not sections of their own.
  mutating func add(_ markdown: String, isOneSection: Bool = false) {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    var isCode = false
    var isNewParagraph = false
    for (line, next) in zip(lines, lines.dropFirst() + [""]) {
      if line.hasPrefix("```") {
        text += isCode ? ".fi\n.RE\n" : ".PP\n.RS 4\n.nf\n"
        isCode.toggle()
      } else if isCode {
        text += Self.guarded(Self.escaped(line)) + "\n"
      } else if line.isEmpty {
        isNewParagraph = true
      } else if !line.hasPrefix("<!--"), !line.hasPrefix("|---"), !next.hasPrefix("|---") {
        text +=
          isOneSection && line.hasPrefix("## ")
          ? Self.subsection(line.dropFirst(3)) : Self.roff(line, isNewParagraph: isNewParagraph)
        isNewParagraph = false
      }
    }
  }

  private static func roff(_ line: Substring, isNewParagraph: Bool) -> String {
    if line.hasPrefix("### ") { return subsection(line.dropFirst(4)) }
    if line.hasPrefix("#") {
      return ".SH \(escaped(line.drop { $0 == "#" || $0 == " " }.uppercased()))\n"
    }
    if line.hasPrefix("**"), line.hasSuffix("**") {
      return subsection(line.dropFirst(2).dropLast(2))
    }
    if line.hasPrefix("|") { return row(line) }
    if line.hasPrefix("* ") { return ".IP \\(bu 2\n\(guarded(inline(line.dropFirst(2))))\n" }
    return (isNewParagraph ? ".PP\n" : "") + guarded(inline(line)) + "\n"
  }

  private static func subsection(_ title: Substring) -> String {
    ".SS \(escaped(title.filter { $0 != "`" }))\n"
  }

  /// What the last cell says of the ones before it.
  private static func row(_ line: Substring) -> String {
    let cells = line.replacing("\\|", with: "\0").split(separator: "|").map { cell in
      inline(cell.replacing("\0", with: "|").trimmingCharacters(in: .whitespaces))
    }
    let term = cells.dropLast().joined(separator: "  ")
    return ".TP\n\(guarded(term))\n\(guarded(cells.last ?? ""))\n"
  }

  private static func inline(_ text: some StringProtocol) -> String {
    var result = ""
    var isMarked = false
    let unlinked = String(text).replacing(#/\[([^\]]+)\]\([^)]+\)/#) { $0.output.1 }
    for part in unlinked.replacing("**", with: "`").split(
      separator: "`", omittingEmptySubsequences: false)
    {
      result += isMarked ? "\\fB\(escaped(part))\\fR" : escaped(part)
      isMarked.toggle()
    }
    return result
  }

  private static func escaped(_ text: some StringProtocol) -> String {
    String(text).replacing("\\", with: "\\e").replacing("-", with: "\\-")
  }

  /// A line that begins with a dot or a quote would be taken for a macro.
  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
