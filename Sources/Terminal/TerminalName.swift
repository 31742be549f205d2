/// Which entry of the terminal database stands in for a terminal that is not in it.
package enum TerminalName {
  package static let substitute = "xterm-256color"

  // They follow xterm closely enough; the database of a plain Debian does not know them.
  private static let families = [
    "xterm", "foot", "alacritty", "kitty", "ghostty", "wezterm", "rio", "contour", "konsole", "vte",
    "gnome", "iterm", "mintty", "st-", "tmux", "screen",
  ]

  package static func isLikeXterm(_ name: String) -> Bool {
    families.contains { name.hasPrefix($0) } || name.hasSuffix("-256color")
      || name.hasSuffix("-direct")
  }
}
