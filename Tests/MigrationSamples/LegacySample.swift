import Testing

/// A configuration of MetalLB 0.12 and what MetalLB's converter makes of it.
package struct LegacySample: Sendable, CustomTestStringConvertible {
  package enum Outcome: Sendable {
    /// The objects, one a line: kind, name, spec with its keys in order.
    case objects([String])
    /// A part of what is said.
    case refused(String)
  }

  package var name: String
  package var input: String
  package var outcome: Outcome
  /// Parts of the warnings, in their order; nil where they are not looked at.
  package var warnings: [String]?
  /// False where MetalLB's converter lets pass what the API server does not take.
  package var isTakenByServer = true

  package var testDescription: String { name }

  /// What is warned of wherever no pool is called `default`.
  static let noDefault = "no pool is called \"default\""

  init(
    _ name: String, _ input: String, _ objects: [String], warnings: [String]? = nil,
    isTakenByServer: Bool = true
  ) {
    self.name = name
    self.input = input
    outcome = .objects(objects)
    self.warnings = warnings
    self.isTakenByServer = isTakenByServer
  }

  init(_ name: String, _ input: String, refused reason: String) {
    self.name = name
    self.input = input
    outcome = .refused(reason)
  }

  package var objects: [String]? {
    if case .objects(let objects) = outcome { objects } else { nil }
  }

  package static let all =
    forms + pools + names + advertisements + peers + durations + profiles + scalars + rejections
}
