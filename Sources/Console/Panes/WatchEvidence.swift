import Basics
import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal

/// What is known of a promise, or of a line of the timeline.
enum WatchEvidence {
  /// Of what the cursor stands on, under its name.
  static func lines(_ state: State, columns: Int) -> [Line] {
    guard let row = WatchPane.underCursor(state) else {
      return [Line.rule("Evidence", columns: columns)]
    }
    let title =
      switch row {
      case .promise(let track): track.id.rawValue
      case .event(let event): event.part.rawValue
      }
    return [Line.rule(title, columns: columns)]
      + paragraphs(row, state).flatMap { part in
        Line.labelled(" " + part.label, part.text, indent: 11, columns: columns - 1)
      }
  }

  static func paragraphs(_ row: WatchPane.Row, _ state: State) -> [ReadingScreen.Paragraph] {
    let parts: [(label: String, text: String?)] =
      switch row {
      case .promise(let track): paragraphs(track, state)
      case .event(let event):
        [
          ("at", WatchPane.moment(event.time, state)), ("of", event.part.rawValue),
          ("what", event.what), ("was", event.from), ("is", event.to), ("by", event.by),
        ]
      }
    return parts.compactMap { label, text in
      text.map {
        ReadingScreen.Paragraph(label, SafeText.line(WatchPane.clocks($0, state)))
      }
    }
  }

  private static func paragraphs(
    _ track: PromiseTrack, _ state: State
  ) -> [(label: String, text: String?)] {
    func told(_ text: String) -> String { text.isEmpty ? "not known" : text }
    var since: String?
    var until: String?
    switch track.state {
    case .kept, .unknown: break
    case .broken(let time, _): since = WatchPane.moment(time, state)
    case .waiting(let time, _): until = WatchPane.moment(time, state)
    }
    let before = track.isHealed ? track.firstBroken.map { WatchPane.moment($0, state) } : nil
    return [
      ("promise", WatchPane.title(track)), ("state", word(track)),
      ("baseline", told(track.baseline)), ("now", told(track.now)), ("why", track.state.why),
      ("since", since), ("waits to", until), ("broken", before.map { "at \($0), and healed" }),
    ]
  }

  private static func word(_ track: PromiseTrack) -> String {
    switch track.state.kind {
    case .kept: "kept"
    case .waiting: "WAIT: not as promised, and given time"
    case .broken: "BROKEN"
    case .unknown: "unknown: it cannot be told now"
    }
  }
}
