import Basics
import Foundation
import Terminal

/// Text fitted to columns, and times in words.
package enum Text {
  package enum Alignment { case left, right }

  /// Exactly `columns` wide: cut with "…" or filled with blanks.
  package static func fit(
    _ text: String, _ columns: Int, _ alignment: Alignment = .left
  ) -> String {
    guard columns > 0 else { return "" }
    let width = TextWidth.columns(of: text)
    if width > columns { return cut(text, columns) }
    let blanks = String(repeating: " ", count: columns - width)
    return alignment == .left ? text + blanks : blanks + text
  }

  /// At most `columns` wide, with "…" where something is missing; a wide character that does not
  /// fit leaves a blank.
  package static func cut(_ text: String, _ columns: Int) -> String {
    guard TextWidth.columns(of: text) > columns else { return text }
    guard columns > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      let width = TextWidth.columns(of: character)
      if used + width > columns - 1 { break }
      result.append(character)
      used += width
    }
    return result + "…" + String(repeating: " ", count: columns - 1 - used)
  }

  /// The text without its first columns, "…" in the place of what is missing; half of a wide
  /// character becomes a blank.
  package static func dropping(_ columns: Int, of text: String) -> String {
    guard columns > 0 else { return text }
    var used = 0
    var rest = text[...]
    while used <= columns, let character = rest.first {
      used += TextWidth.columns(of: character)
      rest.removeFirst()
    }
    guard used > columns else { return used > 0 ? "…" : "" }
    return "…" + String(repeating: " ", count: used - columns - 1) + rest
  }

  /// Lines of at most `columns`, broken between words; a word that is wider is broken inside.
  package static func wrap(_ text: String, _ columns: Int) -> [String] {
    let columns = max(1, columns)
    if TextWidth.columns(of: text) <= columns { return [text] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: true) {
      let width = TextWidth.columns(of: word)
      if !line.isEmpty, used + 1 + width > columns {
        lines.append(line)
        line = ""
        used = 0
      }
      if !line.isEmpty {
        line += " "
        used += 1
      }
      if width <= columns {
        line += word
        used += width
      } else {
        let pieces = broken(word, columns)
        lines += pieces.dropLast()
        line = pieces.last ?? ""
        used = TextWidth.columns(of: line)
      }
    }
    lines.append(line)
    return lines
  }

  /// Lines of at most `columns` that keep every blank: for text whose layout means something.
  package static func hardWrap(_ text: String, _ columns: Int) -> [String] {
    broken(text, max(1, columns))
  }

  /// One line of a command that is broken over several.
  package struct CommandLine: Hashable, Sendable {
    package var text: String
    /// Goes on with the argument of the line before: it must stand at the very start of its line,
    /// where a shell takes the two for one word.
    package var isJoined = false
  }

  /// A command for a POSIX shell, broken between arguments with "\": the lines can be pasted. An
  /// argument wider than a line is broken where its quotes are closed and opened again.
  package static func wrapCommand(_ argv: [String], _ columns: Int) -> [CommandLine] {
    var lines: [CommandLine] = []
    var line = CommandLine(text: "")
    for argument in argv {
      let pieces = pieces(of: argument, max(8, columns - 4))
      let needed = TextWidth.columns(of: line.text) + 1 + TextWidth.columns(of: pieces[0]) + 2
      if line.text.isEmpty {
        line.text = pieces[0]
      } else if needed > columns {
        lines.append(CommandLine(text: line.text + " \\", isJoined: line.isJoined))
        line = CommandLine(text: "  " + pieces[0])
      } else {
        line.text += " " + pieces[0]
      }
      for piece in pieces.dropFirst() {
        lines.append(CommandLine(text: line.text + "\\", isJoined: line.isJoined))
        line = CommandLine(text: piece, isJoined: true)
      }
    }
    return lines + [line]
  }

  /// The argument as a shell takes it, in one piece where it fits.
  private static func pieces(of argument: String, _ columns: Int) -> [String] {
    let whole = SafeText.line(ShellQuoting.quote(argument), limit: 20_000)
    if TextWidth.columns(of: whole) <= columns { return [whole] }
    // The quotes of a piece take two columns, and each quote inside it four.
    var pieces: [String] = []
    var piece = ""
    var used = 2
    for character in argument {
      let width = character == "'" ? 4 : TextWidth.columns(of: character)
      if used + width > columns, !piece.isEmpty {
        pieces.append(piece)
        piece = ""
        used = 2
      }
      piece.append(character)
      used += width
    }
    return (pieces + [piece]).map { SafeText.line(ShellQuoting.quote($0), limit: 20_000) }
  }

  /// With a capital at the start and a full stop at the end, where no question ends there.
  package static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    let start = first.uppercased() + text.dropFirst()
    return start.hasSuffix(".") || start.hasSuffix("?") ? start : start + "."
  }

  /// A message that fits one line: what failed, and what to try.
  ///
  /// - Parameter options: what each command of this program carries.
  package static func oneLine(_ message: UserMessage, _ options: [String] = []) -> String {
    let parts = [message.what, message.reason, message.advice?.text(options)].compactMap { $0 }
      .map { SafeText.line($0) }
    return parts.enumerated().map { number, part in
      number < parts.count - 1 && part.hasSuffix(".") ? String(part.dropLast()) : part
    }.joined(separator: ": ")
  }

  /// "12:04:31Z".
  package static func clock(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let ofDay = ((seconds % 86_400) + 86_400) % 86_400
    return twoDigits(ofDay / 3_600) + ":" + twoDigits(ofDay / 60 % 60) + ":"
      + twoDigits(ofDay % 60) + "Z"
  }

  /// An age in few letters that seldom changes: "4s", "30s", "5m", "2h", "3d".
  package static func age(from then: Date, to now: Date) -> String {
    let seconds = max(0, Int(now.timeIntervalSince(then)))
    switch seconds {
    case ..<10: return "\(seconds)s"
    case ..<60: return "\(seconds / 10 * 10)s"
    case ..<3_600: return "\(seconds / 60)m"
    case ..<86_400: return "\(seconds / 3_600)h"
    default: return "\(seconds / 86_400)d"
    }
  }

  /// "0.4s", "12s", "1m05".
  package static func elapsed(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    if seconds >= 60 { return "\(seconds / 60)m" + twoDigits(seconds % 60) }
    if seconds >= 10 { return "\(seconds)s" }
    let tenths = Int(duration.components.attoseconds / 100_000_000_000_000_000)
    return "\(seconds).\(tenths)s"
  }

  /// "2026-11-23 12:04:31Z".
  package static func moment(_ date: Date) -> String {
    "\(date.formatted(.iso8601).prefix(10)) \(clock(date))"
  }

  private static func broken(_ text: some StringProtocol, _ columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for character in text {
      let width = TextWidth.columns(of: character)
      if used + width > columns, !line.isEmpty {
        lines.append(line)
        line = ""
        used = 0
      }
      line.append(character)
      used += width
    }
    lines.append(line)
    return lines
  }
}

extension String {
  /// Without the blanks at its end.
  package var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
