extension LineEdit {
  /// The edited text. New lines end as most lines of the text do (LF or CRLF); a text without a
  /// newline at its end stays one.
  ///
  /// - Throws: `UserMessage` where an edit names a line the text does not have.
  package static func apply(
    _ edits: [LineEdit], to text: String
  ) throws(UserMessage) -> String {
    try FileLines(text).applying(edits).text
  }
}
