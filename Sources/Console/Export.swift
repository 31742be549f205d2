import Basics
import ConsoleKit
import IPLeasesCore

/// What is shown as plain text: for the terminal, the clipboard, a file.
enum Export {
  private static let columns = 100

  static func moves(_ action: KeyAction, _ scene: Scene) -> [Move] {
    switch action {
    case .plainPrint: return [.perform(.plainPrint(lines(scene)))]
    case .markdown:
      return [.say("Copied as Markdown."), .perform(.copy("```\n" + text(scene) + "```\n"))]
    case .copy:
      guard let copied = copied(scene) else {
        return [.say("There is nothing under the cursor to copy.")]
      }
      return [.say("Copied: \(Text.cut(copied, 60))"), .perform(.copy(copied))]
    case .save:
      let subject = scene.uppermost { overlay, _ in overlay.name } ?? scene.pane.id.title
      let name = "ip-leases-\(subject.lowercased()).txt"
      return [
        .open(
          TextInput("Save this as text in (mode 0600):", text: name) { path, _ in
            path.isEmpty ? [] : [.saveText(path: path)]
          })
      ]
    default: return []
    }
  }

  static func text(_ scene: Scene) -> String { lines(scene).joined(separator: "\n") + "\n" }

  /// The title and the whole of what is on screen, scrolled-out lines too.
  static func lines(_ scene: Scene) -> [String] {
    let content =
      scene.uppermost { overlay, beneath in overlay.text(beneath, columns: columns) }
      ?? scene.pane.lines(scene.known, columns: columns)
    return [Frame.title(scene, columns: columns).text.trimmed, ""] + content.map(\.text.trimmed)
  }

  private static func copied(_ scene: Scene) -> String? {
    guard let top = scene.top else { return scene.pane.copied(scene.known) }
    return top.copied(scene.beneath(scene.overlays.count - 1))
  }
}
