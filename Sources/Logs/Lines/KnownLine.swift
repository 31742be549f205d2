import Execution

/// A line whose meaning is known.
package struct KnownLine: Hashable, Sendable {
  package enum Weight: Hashable, Sendable {
    /// Needs attention at once.
    case problem
    /// Needs attention when it lasts: routine at a start and when a watch is renewed.
    case problemIfItLasts
    /// Routine, whatever level it is written at.
    case routine
    /// A step of a good start.
    case milestone
  }

  package var id: KnownLineID
  /// The check that explains it; nil for routine lines and milestones.
  package var code: String?
  package var meaning: String
  package var weight: Weight
  /// Plans to offer; nothing is run by itself.
  package var remedies: [RemedyID]
}
