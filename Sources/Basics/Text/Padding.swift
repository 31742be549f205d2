extension String {
  /// Filled up with blanks behind it.
  package func padded(to columns: Int) -> String {
    count >= columns ? self : self + String(repeating: " ", count: columns - count)
  }

  /// Filled up with blanks before it.
  package func leftPadded(to columns: Int) -> String {
    count >= columns ? self : String(repeating: " ", count: columns - count) + self
  }
}
