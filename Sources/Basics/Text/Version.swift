/// A semantic version, with or without the leading "v". Orders by the rules of semver.org 2.0.0;
/// build metadata is dropped.
package struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int
  package var patch: Int
  /// "rc1", "alpha.2"; empty for a release.
  package var preRelease: String

  package init(_ major: Int, _ minor: Int, _ patch: Int, preRelease: String = "") {
    self.major = major
    self.minor = minor
    self.patch = patch
    self.preRelease = preRelease
  }

  package init?(_ text: String) {
    var rest = text[...]
    if rest.first == "v" { rest = rest.dropFirst() }
    if let plus = rest.firstIndex(of: "+") { rest = rest[..<plus] }
    let parts = rest.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 3, numbers.allSatisfy({ $0.allSatisfy(\.isASCII) }),
      let major = Int(numbers[0]), let minor = Int(numbers[1]), let patch = Int(numbers[2]),
      major >= 0, minor >= 0, patch >= 0
    else { return nil }
    self.init(major, minor, patch, preRelease: parts.count > 1 ? String(parts[1]) : "")
  }

  package var description: String {
    "\(major).\(minor).\(patch)" + (preRelease.isEmpty ? "" : "-\(preRelease)")
  }

  package static func < (left: Version, right: Version) -> Bool {
    let a = (left.major, left.minor, left.patch)
    let b = (right.major, right.minor, right.patch)
    if a != b { return a < b }
    if left.preRelease.isEmpty || right.preRelease.isEmpty {
      return !left.preRelease.isEmpty && right.preRelease.isEmpty
    }
    return precedes(left.preRelease, right.preRelease)
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    let a = left.split(separator: ".")
    let b = right.split(separator: ".")
    for (x, y) in zip(a, b) where x != y {
      switch (Int(x), Int(y)) {
      case (let x?, let y?): return x < y
      case (.some, nil): return true
      case (nil, .some): return false
      case (nil, nil): return x < y
      }
    }
    return a.count < b.count
  }
}
