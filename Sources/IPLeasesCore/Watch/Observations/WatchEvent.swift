import Foundation

/// One change that was seen: what, from which state to which, and by whom where that is known.
package struct WatchEvent: Hashable, Sendable, Codable {
  package enum Part: String, Hashable, Sendable, Codable {
    /// The watch itself: gaps, and what cannot be read.
    case watch
    case helm, metallb, `operator`, provider, pools, services, leases, announcements, pods
    case kubeProxy = "kube-proxy"
    case checks
  }

  package var time: Date
  package var part: Part
  package var what: String
  package var from: String?
  package var to: String?
  package var by: String?
  /// Something is rolled out: what is kept is counted anew from here.
  package var isRollout = false

  package init(
    _ time: Date, _ part: Part, _ what: String, from: String? = nil, to: String? = nil,
    by: String? = nil, isRollout: Bool = false
  ) {
    self.time = time
    self.part = part
    self.what = what
    self.from = from
    self.to = to
    self.by = by
    self.isRollout = isRollout
  }

  /// In one line, without the time and the part.
  package var text: String {
    var text = what
    switch (from, to) {
    case (let from?, let to?): text += ": \(from) to \(to)"
    case (let from?, nil): text += ": was \(from)"
    case (nil, let to?): text += ": \(to)"
    case (nil, nil): break
    }
    return by.map { "\(text), by \($0)" } ?? text
  }
}
