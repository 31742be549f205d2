extension StringProtocol {
  /// As it stands at the beginning of a sentence.
  package var upperFirst: String { prefix(1).uppercased() + dropFirst() }
}
