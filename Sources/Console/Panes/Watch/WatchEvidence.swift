import Basics
import ConsoleKit
import Foundation
import IPLeasesCore

/// What is known of a promise, or of a line of the timeline.
enum WatchEvidence {
  /// Of what the cursor stands on, under its name.
  static func lines(_ row: WatchPane.Row?, now: Date, columns: Int) -> [Line] {
    guard let row else {
      return [Line.rule("Evidence", columns: columns)]
    }
    let title =
      switch row {
      case .promise(let track): track.id.rawValue
      case .event(let event): event.part.rawValue
      }
    return [Line.rule(title, columns: columns)]
      + paragraphs(row, now: now).flatMap { part in
        Line.labelled(" " + part.label, part.text, indent: 11, columns: columns - 1)
      }
  }

  static func paragraphs(_ row: WatchPane.Row, now: Date) -> [ReadingScreen.Paragraph] {
    let parts: [(label: String, text: String?)] =
      switch row {
      case .promise(let track): paragraphs(track, now: now)
      case .event(let event):
        [
          ("at", WatchTime.moment(event.time, now: now)), ("of", event.part.rawValue),
          ("what", event.what), ("was", event.from), ("is", event.to), ("by", event.by),
        ]
      }
    return parts.compactMap { label, text in
      text.map {
        ReadingScreen.Paragraph(label, SafeText.line(WatchTime.clocks($0, now: now)))
      }
    }
  }

  private static func paragraphs(
    _ track: PromiseTrack, now: Date
  ) -> [(label: String, text: String?)] {
    func told(_ text: String) -> String { text.isEmpty ? "not known" : text }
    var since: String?
    var until: String?
    switch track.state {
    case .kept, .unknown: break
    case .broken(let time, _): since = WatchTime.moment(time, now: now)
    case .waiting(let time, _): until = WatchTime.moment(time, now: now)
    }
    let before = track.isHealed ? track.firstBroken.map { WatchTime.moment($0, now: now) } : nil
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

  // MARK: Texts to read

  static func reading(_ row: WatchPane.Row, now: Date) -> ReadingScreen {
    let title =
      switch row {
      case .promise(let track): "PROMISE  \(WatchPane.title(track))"
      case .event(let event): "TIMELINE  \(WatchTime.moment(event.time, now: now))"
      }
    return ReadingScreen(title: title, paragraphs: paragraphs(row, now: now))
  }

  static func difference(_ look: WatchLook, now: Date) -> ReadingScreen {
    var paragraphs = look.run.differences.enumerated().map { index, event in
      ReadingScreen.Paragraph(
        event.part.rawValue, SafeText.line(WatchTime.clocks(event.text, now: now)))
    }
    if paragraphs.isEmpty {
      paragraphs = [ReadingScreen.Paragraph("", "Everything is as it was.")]
    }
    let since = WatchTime.moment(look.run.baseline.time, now: now)
    let name = look.hasBaseline ? "the baseline of \(since)" : "what was read first, \(since),"
    return ReadingScreen(title: "DIFF  \(name) against now", paragraphs: paragraphs)
  }
}
