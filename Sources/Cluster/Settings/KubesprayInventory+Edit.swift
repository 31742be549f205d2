import Basics
import Execution

extension KubesprayInventory {
  /// What the variables are to say.
  package struct Wish: Hashable, Sendable {
    package var form: KubesprayForm
    /// MetalLB and its speakers are installed.
    package var enablesMetalLB: Bool
    package var setsStrictARP: Bool
    package var pool: String?
    /// The ranges of `pool`, all of them.
    package var ranges: [String]
    /// The pool hands its addresses out by itself, even where the variables say otherwise now.
    package var handsOut: Bool
    /// The version of MetalLB's images, as in "0.13.12".
    package var metallbVersion: String?

    package init(
      form: KubesprayForm, enablesMetalLB: Bool = false, setsStrictARP: Bool = false,
      pool: String? = nil, ranges: [String] = [], handsOut: Bool = false,
      metallbVersion: String? = nil
    ) {
      self.handsOut = handsOut
      self.metallbVersion = metallbVersion
      self.form = form
      self.enablesMetalLB = enablesMetalLB
      self.setsStrictARP = setsStrictARP
      self.pool = pool
      self.ranges = ranges
    }
  }

  /// The inventory edit for these ranges: one change for each file, none where all says so already.
  /// Every byte but those of the lines meant is kept.
  ///
  /// - Throws: `UserMessage` where that cannot be done; says what to write by hand.
  package func changes(
    forPool name: String, ranges: [String], form: KubesprayForm
  ) throws(UserMessage) -> [FileChange] {
    try changes(Wish(form: form, pool: name, ranges: ranges))
  }

  package func changes(_ wish: Wish) throws(UserMessage) -> [FileChange] {
    var edit = try InventoryEdit(self)
    if wish.enablesMetalLB {
      try edit.turnOn("metallb_enabled")
      try edit.turnOn("metallb_speaker_enabled")
    }
    if wish.setsStrictARP { try edit.turnOn(Self.strictARP) }
    if let pool = wish.pool, !wish.ranges.isEmpty {
      switch wish.form {
      case .new: try edit.setPool(pool, wish.ranges, handsOut: wish.handsOut)
      case .old: try edit.setOldPool(pool, wish.ranges, handsOut: wish.handsOut)
      }
    }
    if let version = wish.metallbVersion { try edit.setVersion(version) }
    return edit.changes
  }

  /// The inventory as these changes leave it.
  package func applying(_ changes: [FileChange]) -> KubesprayInventory {
    var files = files
    for change in changes {
      if let index = files.firstIndex(where: { $0.path == change.path }) {
        files[index].text = change.contents
      } else if var file = newFile, file.path == change.path {
        file.text = change.contents
        file.isNew = false
        files.append(file)
      }
    }
    return KubesprayInventory(
      path: path, files: files, checkout: checkout, unread: unread, newFile: nil)
  }
}
