import Basics

/// A release as helm keeps it.
struct ReleaseRecord: Codable, Hashable, Sendable {
  var name: String
  var namespace: String
  var revisions: [Revision]

  struct Revision: Codable, Hashable, Sendable {
    var number: Int
    var chart: ChartReference
    var values: JSONValue
    var status: String
    var updated: Double
    var description: String
    /// How it ends; nil once ended, and for good when its helm was killed.
    var ending: Ending?
  }

  struct Ending: Codable, Hashable, Sendable {
    /// The soonest moment at which helm is through.
    var notBefore: Double
    /// Whether it waits for its objects, and until when.
    var waitsUntil: Double?
    var description: String
    /// "Release" or "Upgrade": the first word of a failure's description.
    var failureWord: String
  }

  var latest: Revision? { revisions.last }
  var isPending: Bool { latest?.status.hasPrefix("pending-") ?? false }
}

struct RepositoryRecord: Codable, Hashable, Sendable {
  var name: String
  var url: String
}
