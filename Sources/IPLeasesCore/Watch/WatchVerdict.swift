import Basics
import Foundation

/// Whether an upgrade may go on.
package enum WatchVerdict: Hashable, Sendable, Codable {
  case goOn(why: String)
  case wait(why: String)
  case goBack(why: String, remedy: Advice?)

  package enum Kind: String, Hashable, Sendable, Codable {
    case goOn, wait, goBack

    package var words: String {
      switch self {
      case .goOn: "GO ON"
      case .wait: "WAIT"
      case .goBack: "GO BACK"
      }
    }
  }

  package var kind: Kind {
    switch self {
    case .goOn: .goOn
    case .wait: .wait
    case .goBack: .goBack
    }
  }

  package var why: String {
    switch self {
    case .goOn(let why), .wait(let why), .goBack(let why, _): why
    }
  }

  package var remedy: Advice? {
    if case .goBack(_, let remedy) = self { remedy } else { nil }
  }

  /// Pure. What is broken now decides: a break that healed by itself is told, and what is kept is
  /// counted anew from its end.
  ///
  /// - Parameters:
  ///   - quietSince: since when nothing was rolled out and every promise is kept.
  ///   - hold: seconds for which that must be so.
  static func judge(
    _ tracks: [PromiseTrack], _ scene: WatchScene, quietSince: Date, hold: Int
  ) -> WatchVerdict {
    if let broken = firstBroken(tracks), case .broken(let since, let why) = broken.state {
      // What was so at the baseline is no cause of what came after.
      let cause = scene.now.cause == scene.baseline.cause ? nil : scene.now.cause
      let text = cause.map { ". \($0.text)" } ?? ""
      return .goBack(
        why: "\(title(broken.id)): \(why), since \(since.formatted(.iso8601))\(text)",
        remedy: cause?.remedy ?? WayBackAdvice.command(scene))
    }
    if let open = tracks.first(where: { $0.state.kind != .kept }) {
      return .wait(why: "\(title(open.id)): \(open.state.why ?? "")")
    }
    let due = quietSince.addingTimeInterval(Double(hold))
    if scene.now.time < due {
      return .wait(
        why: "all is kept; it may go on at \(due.formatted(.iso8601)) if it stays so")
    }
    return .goOn(why: kept(tracks, scene, quietSince))
  }

  private static func firstBroken(_ tracks: [PromiseTrack]) -> PromiseTrack? {
    // What is told first stays the first; the same time goes by since when, then by their order.
    func order(_ track: PromiseTrack) -> (Date, Date)? {
      guard case .broken(let since, _) = track.state else { return nil }
      return (track.toldBroken ?? since, since)
    }
    return tracks.reduce(nil as PromiseTrack?) { first, track in
      guard let own = order(track) else { return first }
      guard let first, let earliest = order(first) else { return track }
      return own < earliest ? track : first
    }
  }

  private static func kept(
    _ tracks: [PromiseTrack], _ scene: WatchScene, _ quietSince: Date
  ) -> String {
    var text = "all \(tracks.count) are kept since \(quietSince.formatted(.iso8601))"
    if let part = scene.part, !isSeen(part, scene) {
      text += "; nothing of \(part.title) changed since the baseline"
    }
    let healed = tracks.filter(\.isHealed)
    if !healed.isEmpty {
      text += "; broken for a time: \(healed.map(\.id.rawValue).joined(separator: ", "))"
    }
    return text
  }

  /// It was changed since the baseline; not by what was asked for.
  static func isSeen(_ part: Upgrade.Part, _ scene: WatchScene) -> Bool {
    func own(_ observation: Observation) -> [String: Observation.ReleaseState] {
      (observation.releases.value ?? [:]).filter { $0.value.chartName == part.chart.chart }
    }
    return scene.now.versions[part.rawValue] != scene.baseline.versions[part.rawValue]
      || own(scene.now).mapValues(\.revision) != own(scene.baseline).mapValues(\.revision)
  }

  private static func title(_ id: PromiseID) -> String {
    AllPromises.promise(id)?.title ?? id.rawValue
  }
}

/// What leads back to where a watch began, where no remedy of a known cause does.
enum WayBackAdvice {
  /// The way back that this program saved; else what helm keeps.
  static func command(_ scene: WatchScene) -> Advice? {
    guard let before = scene.baseline.releases.value, let now = scene.now.releases.value else {
      return nil
    }
    for name in before.keys.sorted() {
      guard let old = before[name], let release = now[name], release.revision != old.revision,
        let part = Upgrade.Part.allCases.first(where: { $0.chart.chart == release.chartName })
      else { continue }
      if let saved = scene.now.waysBack?[part.rawValue], saved >= scene.baseline.time {
        return Advice(own: ["rollback", part.recordID])
      }
      let words = name.split(separator: "/", maxSplits: 1).map(String.init)
      guard words.count == 2 else { continue }
      return Advice(
        ShellQuoting.quote([
          "helm", "-n", words[0], "rollback", words[1], old.revision, "--wait",
        ]))
    }
    return nil
  }
}
