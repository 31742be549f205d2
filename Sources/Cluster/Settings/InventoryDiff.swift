import Basics

/// A diff of two texts of one file that may be shown: lines of other variables only by their names.
enum InventoryDiff {
  static func make(
    old: (InventoryDocument, InventoryLayout)?, new: (InventoryDocument, InventoryLayout), file: Int
  ) -> String {
    let oldLines = old.map { shown($0.0, $0.1, file) } ?? []
    let newLines = shown(new.0, new.1, file)
    let path = new.0.file.path
    return UnifiedDiff.make(
      old: old?.0.lines ?? FileLines(""), new: new.0.lines,
      name: path.split(separator: "/").last.map(String.init) ?? path,
      showOld: { oldLines[$0] }, showNew: { newLines[$0] })
  }

  private static func shown(
    _ document: InventoryDocument, _ layout: InventoryLayout, _ file: Int
  ) -> [String] {
    guard let yaml = document.yaml else {
      return document.lines.lines.map { $0.isEmpty ? "" : "(hidden)" }
    }
    var open: Set<Int> = []
    var foreign: Set<Int> = []
    var keys: [Int: String] = [:]
    var own: [Int: [String]] = [:]
    for place in Set(layout.sources.map(\.place)) where place.file == file {
      if let heading = heading(yaml, place.section) { open.insert(heading) }
      for pair in yaml.node(at: place.section)?.pairs ?? [] {
        let name = pair.key.string ?? ""
        let line = pair.key.line
        keys[line] = keys[line] == nil && YAMLText.isShowable(name) ? name : ""
        guard name.hasPrefix("metallb_") || name.hasPrefix("kube_proxy_") else {
          foreign.insert(line)
          continue
        }
        own[line, default: []].append("\(name): \(pair.value.string ?? "(hidden)")")
        let last = yaml.lastLine(of: place.section + [name])
        open.formUnion(line...max(line, last))
      }
    }
    return yaml.lines.lines.enumerated().map { index, line in
      let number = index + 1
      if open.contains(number) {
        // A line of several variables: of ours each by itself.
        let words = own[number, default: []].joined(separator: ", ")
        return Redaction().redacting(
          SafeText.line(foreign.contains(number) ? "\(words) (the rest hidden)" : line))
      }
      if let key = keys[number] { return key.isEmpty ? "(hidden)" : "\(key): (hidden)" }
      let text = line.drop { $0 == " " || $0 == "\t" }
      return text.isEmpty ? "" : text.hasPrefix("#") ? "# (hidden)" : "(hidden)"
    }
  }

  /// The line of the section's own key.
  private static func heading(_ yaml: YAMLText, _ section: [String]) -> Int? {
    guard let key = section.last else { return nil }
    return yaml.node(at: section.dropLast())?.pair(key)?.key.line
  }
}
