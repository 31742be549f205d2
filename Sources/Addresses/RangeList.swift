/// Ranges as people keep them in files and paste them: one a line.
package enum RangeList {
  /// The entries of a text, as written. Blank lines, comments behind "#", the "- " of a YAML list
  /// and quotes are left out; whether an entry is a range is for `PoolProblems` to say.
  package static func entries(in text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      var rest = AddressRange.trimmed(line.prefix { $0 != "#" })
      if rest.hasPrefix("- ") { rest = AddressRange.trimmed(rest.dropFirst(2)) }
      if let quote = rest.first, quote == "\"" || quote == "'", rest.count >= 2, rest.last == quote
      {
        rest = rest.dropFirst().dropLast()
      }
      return rest.isEmpty ? nil : String(rest)
    }
  }
}
