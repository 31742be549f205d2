import Foundation

/// A line of a watch (Kubernetes: API concepts, "Efficient detection of changes").
enum WatchLine: Decodable, Sendable {
  case changed(any ClusterObject)
  case deleted(any ClusterObject)
  /// Nothing changed up to there.
  case bookmark(resourceVersion: String)
  /// HTTP's code for why it ends; 410: it must be listed anew.
  case ended(code: Int)

  private enum CodingKeys: String, CodingKey { case type, object }

  private struct Mark: Decodable {
    struct Metadata: Decodable { var resourceVersion: String }
    var metadata: Metadata
  }

  private struct Status: Decodable {
    var code: Int?
  }

  init(from decoder: any Decoder) throws {
    let resources = ObjectList.resources.flatMap { decoder.userInfo[$0] as? [APIResource] } ?? []
    let line = try decoder.container(keyedBy: CodingKeys.self)
    let type = try line.decode(String.self, forKey: .type)
    func object() throws -> any ClusterObject {
      guard let resource = resources.first else {
        throw DecodingError.dataCorruptedError(
          forKey: .object, in: line, debugDescription: "no kind was named")
      }
      return try resource.decode(try line.superDecoder(forKey: .object))
    }
    switch type {
    case "ADDED", "MODIFIED": self = .changed(try object())
    case "DELETED": self = .deleted(try object())
    case "BOOKMARK":
      let mark = try line.decode(Mark.self, forKey: .object)
      self = .bookmark(resourceVersion: mark.metadata.resourceVersion)
    case "ERROR":
      self = .ended(code: try line.decode(Status.self, forKey: .object).code ?? 500)
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: line, debugDescription: "no type of a watch: \(type)")
    }
  }
}

/// Cuts what comes in pieces into lines.
struct LineSplitter {
  private var rest = Data()

  /// Bytes of a line: an object has 1.5 MiB at most (etcd's own limit).
  private static let longest = 4 << 20

  /// - Returns: the lines that are whole by now; nil once one is longer than any may be.
  mutating func take(_ piece: Data) -> [Data]? {
    rest += piece
    var lines: [Data] = []
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      if end > rest.startIndex { lines.append(Data(rest[..<end])) }
      rest = Data(rest[rest.index(after: end)...])
    }
    return rest.count > Self.longest ? nil : lines
  }
}
