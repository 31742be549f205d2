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
    let isShown = !argument.unicodeScalars.contains(where: SafeText.wantsEscape)
    return isShown ? single(argument) : dollar(argument)
  }

  /// In single quotes, with line ends and everything else as it is.
  package static func single(_ argument: String) -> String {
    "'" + argument.replacing("'", with: "'\\''") + "'"
  }

  /// On one line, with escapes for what cannot be shown: bash, zsh and ksh read it.
  private static func dollar(_ argument: String) -> String {
    var text = "$'"
    for scalar in argument.unicodeScalars {
      switch scalar {
      case "'", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      default:
        if SafeText.wantsEscape(scalar) {
          text += String(scalar).utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "\\x" + (digits.count == 1 ? "0" : "") + digits
          }.joined()
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "'"
  }

  private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "=", ",", "@", "%", "+": true
    default: false
    }
  }
}
