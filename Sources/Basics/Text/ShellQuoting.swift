/// Quoting for a POSIX shell: what is shown can be pasted.
package enum ShellQuoting {
  package static func quote(_ argv: [String]) -> String {
    argv.map(quote).joined(separator: " ")
  }

  /// The argument as it is if it holds only characters no shell treats specially, else in single
  /// quotes.
  package static func quote(_ argument: String) -> String {
    let isPlain = !argument.isEmpty && argument.unicodeScalars.allSatisfy(isSafe)
    if isPlain { return argument }
    return "'" + argument.replacing("'", with: "'\\''") + "'"
  }

  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "=", ",", "@", "%", "+": true
    default: false
    }
  }
}
