import Foundation

/// The last proof and how it ended.
package struct ProofRecord: Hashable, Sendable, Codable {
  package enum Ending: String, Hashable, Sendable, Codable {
    case done, failed, stopped
  }

  package var time: Date
  package var address: String
  package var ending: Ending
  /// What MetalLB said on announcing it; "" where nothing is known.
  package var node: String
  /// Why it failed.
  package var problem: String
  /// How long it was kept for a try from a second machine; nil: not at all.
  package var heldSeconds: Int?

  package init(
    time: Date, address: String, ending: Ending, node: String = "", problem: String = "",
    heldSeconds: Int? = nil
  ) {
    self.time = time
    self.address = address
    self.ending = ending
    self.node = node
    self.problem = problem
    self.heldSeconds = heldSeconds
  }
}
