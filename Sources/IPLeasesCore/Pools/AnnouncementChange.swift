import Basics
import Cluster
import Execution
import Foundation

/// What an L2Advertisement announces, and from where, made otherwise: which pools it names, from
/// which nodes, on which interfaces. Fields that do not change stay as they are.
package struct AnnouncementChange: Hashable, Sendable {
  /// A field of the spec; nil: it is not there.
  struct Field<Value: Hashable & Sendable>: Hashable, Sendable {
    var old: Value?
    var new: Value?
    var reversed: Field { Field(old: new, new: old) }
  }

  package let advertisement: String
  private(set) var pools: Field<[String]>?
  private(set) var nodes: Field<[LabelSelector]>?
  private(set) var interfaces: Field<[String]>?
  /// nil for a way back, which is guarded by the fields alone.
  private(set) var resourceVersion: String?
  /// An advertisement of all pools may have been made without a spec.
  private var makesSpec = false

  static let kind = "l2advertisements.metallb.io"

  private enum Path: String {
    case pools = "/spec/ipAddressPools"
    case nodes = "/spec/nodeSelectors"
    case interfaces = "/spec/interfaces"
  }

  /// nil where nothing is to be done.
  ///
  /// - Parameter isWanted: whether it is to name the pool; nil: as it is.
  /// - Throws: why the advertisement cannot say what is wanted.
  package static func make(
    _ advertisement: L2Advertisement, pool: IPAddressPool, _ isWanted: Bool?,
    _ reach: AnnouncementReach = AnnouncementReach()
  ) throws(UserMessage) -> AnnouncementChange? {
    var change = AnnouncementChange(advertisement: advertisement.metadata.name)
    change.resourceVersion = advertisement.metadata.resourceVersion
    change.makesSpec = advertisement.spec == nil
    if let isWanted { change.pools = try pools(advertisement, pool, isWanted) }
    let reach = reach.missing(in: advertisement)
    if !reach.isEmpty, isWanted != true, !advertisement.covers(pool: pool) {
      let name = SafeText.line(advertisement.metadata.name, limit: 80)
      throw UserMessage(
        "\(name) does not announce the pool \(SafeText.line(pool.metadata.name, limit: 80)).",
        advice: "Name one that does, or let it: --advertise \(name).")
    }
    if let selectors = try reach.selectors() {
      change.nodes = Field(
        old: advertisement.spec?.nodeSelectors, new: selectors.isEmpty ? nil : selectors)
    }
    if let interfaces = reach.interfaces {
      change.interfaces = Field(
        old: advertisement.spec?.interfaces, new: interfaces.isEmpty ? nil : interfaces)
    }
    return change.isEmpty ? nil : change
  }

  private static func pools(
    _ advertisement: L2Advertisement, _ pool: IPAddressPool, _ isWanted: Bool
  ) throws(UserMessage) -> Field<[String]>? {
    let name = SafeText.line(advertisement.metadata.name, limit: 80)
    let poolName = pool.metadata.name
    let old = advertisement.spec?.ipAddressPools
    switch (advertisement.cover(of: pool), isWanted) {
    case (.named, true), (.everyPool, true), (.selected, true), (.none, false): return nil
    case (.none, true): return Field(old: old, new: (old ?? []) + [poolName])
    case (.everyPool, false):
      throw UserMessage(
        "\(name) announces every pool, because it names none.",
        advice: "Name the pools it is meant for first: kubectl -n metallb-system edit "
          + "l2advertisement \(name).")
    case (.selected, false):
      throw UserMessage(
        "\(name) chooses pools by label, and this pool's labels match.",
        advice: "Change the labels of the pool, or the selector.")
    case (.named, false):
      let new = (old ?? []).filter { $0 != poolName }
      if new.isEmpty, advertisement.spec?.ipAddressPoolSelectors?.isEmpty ?? true {
        throw UserMessage(
          "\(name) names this pool only; without a name it would announce every pool.",
          advice: "Delete it: kubectl -n metallb-system delete l2advertisement \(name).")
      }
      return Field(old: old, new: new)
    }
  }

  private init(advertisement: String) { self.advertisement = advertisement }

  var isEmpty: Bool { pools == nil && nodes == nil && interfaces == nil }
  /// It changes from where is announced.
  var changesReach: Bool { nodes != nil || interfaces != nil }
  /// From now on only on interfaces of these names.
  var namesInterfaces: Bool { interfaces?.new?.isEmpty == false }

  package var reversed: AnnouncementChange {
    var change = AnnouncementChange(advertisement: advertisement)
    change.pools = pools?.reversed
    change.nodes = nodes?.reversed
    change.interfaces = interfaces?.reversed
    return change
  }

  func command(_ kubectl: Kubectl) -> Command {
    var operations: [JSONPatch.Operation] = []
    if let resourceVersion {
      operations.append(.test(path: "/metadata/resourceVersion", .string(resourceVersion)))
    }
    if makesSpec { operations.append(.add(path: "/spec", .empty)) }
    func set<Value>(_ path: Path, _ field: Field<Value>?, _ json: (Value) -> JSONValue) {
      guard let field else { return }
      if let old = field.old { operations.append(.test(path: path.rawValue, json(old))) }
      // In a patch, `add` sets a field whether or not it is there.
      operations.append(
        field.new.map { .add(path: path.rawValue, json($0)) } ?? .remove(path: path.rawValue))
    }
    set(.pools, pools) { .texts($0) }
    set(.nodes, nodes) { .array($0.map(\.json)) }
    set(.interfaces, interfaces) { .texts($0) }
    let name = SafeText.line(advertisement, limit: 80)
    return kubectl.patch(
      Self.kind, advertisement, namespace: ConsoleSettings.metallbNamespace,
      operations: JSONPatch.text(operations),
      purpose: changesReach
        ? "change from where \(name) announces" : "change which pools \(name) announces")
  }

  /// True where the advertisement is as this change expects it.
  func fits(_ advertisements: [L2Advertisement]) -> Bool {
    func fits<Value: Equatable>(_ field: Field<[Value]>?, _ now: [Value]?) -> Bool {
      field.map { ($0.old ?? []) == (now ?? []) } ?? true
    }
    return advertisements.contains { object in
      object.metadata.name == advertisement && fits(pools, object.spec?.ipAddressPools)
        && fits(nodes, object.spec?.nodeSelectors) && fits(interfaces, object.spec?.interfaces)
    }
  }

  func apply(to objects: inout [L2Advertisement]) {
    guard let place = objects.firstIndex(where: { $0.metadata.name == advertisement }) else {
      return
    }
    if let pools { objects[place].spec?.ipAddressPools = pools.new }
    if let nodes { objects[place].spec?.nodeSelectors = nodes.new }
    if let interfaces { objects[place].spec?.interfaces = interfaces.new }
  }

  /// What reads back once the change is made: the field's path under the object, what it is, and its
  /// value as kubectl prints it; "" for a field that is gone.
  var expected: [(path: String, what: String, text: String)] {
    var expected: [(path: String, what: String, text: String)] = []
    func expect<Value>(
      _ path: Path, _ what: String, _ field: Field<Value>?, _ json: (Value) -> JSONValue
    ) {
      guard let field else { return }
      expected.append(
        (
          path.rawValue.replacing("/", with: "."), what,
          field.new.map { JSONText.compact(json($0)) } ?? ""
        ))
    }
    expect(.pools, "the advertisement", pools) { .texts($0) }
    expect(.nodes, "the choice of nodes", nodes) { .array($0.map(\.json)) }
    expect(.interfaces, "the list of interfaces", interfaces) { .texts($0) }
    return expected
  }

  var diff: String {
    UnifiedDiff.make(
      old: specText(\.old, \.old), new: specText(\.new, \.new),
      name: "l2advertisement/\(SafeText.line(advertisement, limit: 80))")
  }

  private func specText(
    _ words: KeyPath<Field<[String]>, [String]?>,
    _ selectors: KeyPath<Field<[LabelSelector]>, [LabelSelector]?>
  ) -> String {
    func list(_ name: String, _ items: [String]?) -> String {
      items.map { "  \(name):\n" + $0.map { "  - \(SafeText.line($0))\n" }.joined() } ?? ""
    }
    return "spec:\n"
      + list("ipAddressPools", pools?[keyPath: words])
      + (nodes?[keyPath: selectors].map { "  nodeSelectors:\n" + $0.map(\.yaml).joined() } ?? "")
      + list("interfaces", interfaces?[keyPath: words])
  }
}

extension AnnouncementChange {
  /// A patch written by `command`, read back; nil for another one.
  init?(_ patch: SavedPatch) {
    guard patch.kind == Self.kind else { return nil }
    self.init(advertisement: patch.name)
    func field<Value>(_ path: Path, _ read: (JSONValue) -> Value?) -> Field<Value>? {
      guard patch.changes(path.rawValue) else { return nil }
      return Field(
        old: patch.value("test", path.rawValue).flatMap(read),
        new: patch.value("add", path.rawValue).flatMap(read))
    }
    pools = field(.pools) { $0.listedTexts }
    nodes = field(.nodes) { value in
      try? JSONDecoder().decode(
        [LabelSelector].self, from: Data(JSONText.compact(value).utf8))
    }
    interfaces = field(.interfaces) { $0.listedTexts }
    if isEmpty { return nil }
  }
}

extension LabelSelector {
  /// As it stands in a patch.
  fileprivate var json: JSONValue {
    var object = JSONValue.empty
    if let matchLabels { object["matchLabels"] = .texts(matchLabels) }
    if let matchExpressions {
      object["matchExpressions"] = .array(
        matchExpressions.map { expression in
          var object: JSONValue = [
            "key": .string(expression.key), "operator": .string(expression.operator),
          ]
          if let values = expression.values { object["values"] = .texts(values) }
          return object
        })
    }
    return object
  }

  /// An item of a list two blanks deep.
  fileprivate var yaml: String {
    var lines: [String] = []
    if let matchLabels, !matchLabels.isEmpty {
      lines.append("matchLabels:")
      lines += matchLabels.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    }
    if let matchExpressions, !matchExpressions.isEmpty {
      lines.append("matchExpressions:")
      for expression in matchExpressions {
        lines += ["- key: \(expression.key)", "  operator: \(expression.operator)"]
        guard let values = expression.values else { continue }
        lines.append("  values: [\(values.joined(separator: ", "))]")
      }
    }
    if lines.isEmpty { return "  - {}\n" }
    return lines.enumerated().map { number, line in
      "  \(number == 0 ? "- " : "  ")\(SafeText.line(line, limit: 300))\n"
    }.joined()
  }
}
