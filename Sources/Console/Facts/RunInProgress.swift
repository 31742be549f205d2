import Basics
import Execution
import Foundation
import IPLeasesCore

/// A plan that runs, or has just ended.
package struct RunInProgress: Hashable, Sendable {
  package enum ActionState: Hashable, Sendable {
    case waiting
    case running(since: Date)
    case done(Duration)
    case failed
  }

  package let plan: Plan
  package let request: PlanRequest
  package let startedAt: Date
  package var states: [ActionState]
  package var output = OutputLines()
  package var outcome: RunOutcome?
  package var endedAt: Date?
  /// Stopping was asked for; the end comes as an event.
  package var isStopping = false

  package init(plan: Plan, request: PlanRequest, startedAt: Date) {
    self.plan = plan
    self.request = request
    self.startedAt = startedAt
    states = Array(repeating: .waiting, count: plan.actions.count)
  }

  /// The action that runs now.
  package var current: Int? {
    states.firstIndex { state in
      if case .running = state { true } else { false }
    }
  }

  package var doneCount: Int {
    states.count { state in
      if case .done = state { true } else { false }
    }
  }

  package mutating func apply(_ event: RunEvent, now: Date) {
    switch event {
    case .started(let index, _):
      guard states.indices.contains(index) else { return }
      output.startSection()
      states[index] = .running(since: now)
    case .output(_, let chunk): output.add(chunk.bytes)
    case .stillWaiting: break
    case .finished(let index, let elapsed):
      guard states.indices.contains(index) else { return }
      states[index] = .done(elapsed)
    case .ended(let outcome):
      output.flush()
      self.outcome = outcome
      endedAt = now
      if outcome != .done, let current { states[current] = .failed }
    }
  }
}

/// What the running command printed: the last lines, harmless for a terminal. Bounded, so a command
/// that prints for hours costs no more than one that prints a page.
package struct OutputLines: Hashable, Sendable {
  package private(set) var lines: [String] = []
  /// Lines let go.
  package private(set) var dropped = 0
  /// Bytes of a line whose end has not come yet.
  private var partial: [UInt8] = []

  package static let limit = 2_000
  private static let lineLimit = 4_096

  package init() {}

  package mutating func add(_ bytes: [UInt8]) {
    for piece in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if piece.offset > 0 { endLine() }
      let room = max(0, Self.lineLimit - partial.count)
      partial.append(contentsOf: piece.element.prefix(room))
    }
    trim()
  }

  package mutating func flush() {
    if !partial.isEmpty { endLine() }
    trim()
  }

  /// The output of the action before is let go: what it said is in the journal.
  package mutating func startSection() { self = OutputLines() }

  private mutating func endLine() {
    // A bare carriage return starts the line anew: what stays is what came last.
    if partial.last == 13 { partial.removeLast() }
    let last = partial.split(separator: 13).last ?? []
    lines.append(SafeText.line(String(decoding: last, as: UTF8.self), limit: 1_000))
    partial.removeAll(keepingCapacity: true)
  }

  private mutating func trim() {
    // In one go for several lines: taking off one at a time would copy the rest for each line.
    guard lines.count > Self.limit + Self.limit / 4 else { return }
    let surplus = lines.count - Self.limit
    lines.removeFirst(surplus)
    dropped += surplus
  }
}
