import Basics
import Foundation
import IPLeasesCore

/// A watch in lines: one for each event, and for each change of a promise or the verdict.
struct WatchOutput: Sendable {
  let call: Call
  /// nil: text.
  let form: DocumentForm?
  let hasColors: Bool

  var isJSON: Bool { form != nil }

  private enum Color: String {
    case red = "31"
    case yellow = "33"
    case green = "32"
    case none = ""
  }

  /// - Returns: false once the reader is gone.
  func show(_ baseline: WatchBaseline, isResumed: Bool) -> Bool {
    guard isJSON else {
      let word = isResumed ? "goes on: " : ""
      return write(baseline.time, "baseline", "", .none, "\(word)\(baseline.text)")
    }
    let versions = baseline.observation.versions
    return write(
      "baseline", baseline.time,
      [
        ("context", baseline.context), ("part", baseline.part?.rawValue),
        ("metallb", versions["metallb"]), ("operator", versions["operator"]),
        ("provider", versions["provider"]),
      ], flags: [("resumed", isResumed)])
  }

  /// - Returns: false once the reader is gone.
  func show(_ step: WatchRun.Step) -> Bool {
    step.events.allSatisfy(show)
      && step.promises.allSatisfy { show($0, at: step.time) }
      && (step.verdict.map { show($0, at: step.time) } ?? true)
  }

  private func show(_ event: WatchEvent) -> Bool {
    guard !isJSON else {
      return write(
        "event", event.time,
        [
          ("part", event.part.rawValue), ("what", event.what), ("from", event.from),
          ("to", event.to), ("by", event.by),
        ])
    }
    return write(event.time, "event", event.part.rawValue, .none, event.text)
  }

  private func show(_ track: PromiseTrack, at time: Date) -> Bool {
    guard !isJSON else {
      return write(
        "promise", time,
        [
          ("id", track.id.rawValue), ("state", track.state.kind.rawValue), ("now", track.now),
          ("baseline", track.baseline),
          ("firstBroken", track.firstBroken?.formatted(.iso8601)), ("why", track.state.why),
        ])
    }
    let title = AllPromises.promise(track.id)?.title ?? ""
    var text = "\(track.id.rawValue.padded(to: 10)) \(title)"
    switch track.state {
    case .kept:
      if !track.now.isEmpty { text += ": \(track.now)" }
      if track.now != track.baseline { text += ", \(track.baseline) at the baseline" }
      if let broken = track.firstBroken {
        text += "; it was broken at \(broken.formatted(.iso8601))"
      }
    case .waiting(let until, let why): text += ": \(why); until \(until.formatted(.iso8601))"
    case .broken(let since, let why): text += ": \(why); since \(since.formatted(.iso8601))"
    case .unknown(let why): text += ": \(why)"
    }
    let (word, color) = Self.word(track.state.kind)
    return write(time, "promise", word, color, text)
  }

  private func show(_ verdict: WatchVerdict, at time: Date) -> Bool {
    guard !isJSON else {
      return write(
        "verdict", time,
        [
          ("verdict", verdict.kind.rawValue), ("why", verdict.why),
          ("remedy", verdict.remedy?.text()),
        ])
    }
    let remedy = verdict.remedy.map { "; do: \($0.text(call.ownOptions))" } ?? ""
    let color: Color =
      switch verdict.kind {
      case .goOn: .green
      case .wait: .yellow
      case .goBack: .red
      }
    return write(time, "verdict", verdict.kind.words, color, verdict.why + remedy)
  }

  private static func word(_ kind: PromiseState.Kind) -> (String, Color) {
    switch kind {
    case .kept: ("kept", .green)
    case .waiting: ("WAIT", .yellow)
    case .broken: ("BROKEN", .red)
    case .unknown: ("unknown", .yellow)
    }
  }

  // MARK: Lines

  private func write(
    _ time: Date, _ kind: String, _ word: String, _ color: Color, _ text: String
  ) -> Bool {
    let shown = word.padded(to: 13)
    let painted =
      hasColors && color != .none ? "\u{1B}[\(color.rawValue)m\(shown)\u{1B}[0m" : shown
    let line = SafeText.line(text)
    return call.offer(
      "\(time.formatted(.iso8601))  \(kind.padded(to: 9))\(painted) \(line)\n",
      isPainted: hasColors)
  }

  private func write(
    _ kind: String, _ time: Date, _ fields: [(String, String?)], flags: [(String, Bool)] = []
  ) -> Bool {
    let row = Row(
      flags: flags,
      fields: [("kind", kind), ("time", time.formatted(.iso8601))]
        + fields.map { ($0.0, $0.1.map { SafeText.line($0) }) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let form, let bytes = try? encoder.encode(row) else { return true }
    return call.offer(form.part(SafeText.shownJSON(String(decoding: bytes, as: UTF8.self))))
  }

  /// Every key is there, also where it has no value.
  private struct Row: Encodable {
    var flags: [(String, Bool)]
    var fields: [(String, String?)]

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }

      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      for (name, value) in flags { try values.encode(value, forKey: Key(stringValue: name)) }
      for (name, value) in fields { try values.encode(value, forKey: Key(stringValue: name)) }
    }
  }
}
