import Basics
import Cluster
import Foundation

/// Takes out of what was read what nobody needs to see, before names are replaced: secrets, the
/// variables and annotations of containers, the values that an admin gave.
struct BundleScrub {
  var redaction: Redaction

  private static let mark = Redaction.mark
  /// Variables whose values say how something is set up.
  private static let variables = [
    "AKASH_IP_OPERATOR", "AKASH_DEPLOYMENT", "AKASH_CLUSTER", "AKASH_PROVIDER", "AKASH_HOME",
    "METALLB_", "AKASH_METAL", "POD_", "NODE_", "IP_OPERATOR", "HOSTNAME_OPERATOR", "AKASH_HTTP",
    "AKASH_FROM", "AKASH_CHAIN", "AKASH_NODE", "AKASH_INVENTORY",
  ]
  /// Of these somebody knows what is written there.
  private static let annotations = [
    "kubernetes.io", "k8s.io", "akash.network", "metallb.io", "metallb.universe.tf", "helm.sh",
    "ip-leases",
  ]
  private static let withoutUse: Set<String> = [
    "machineID", "systemUUID", "bootID", "providerID", "images", "ca.crt", "tls.crt",
  ]
  /// Values of a release that are on the chain, in DNS, or of this program's own doing.
  private static let openValues: Set<String> = [
    "ipoperator", "from", "domain", "node", "chainid", "withdrawalperiod", "keyringbackend",
    "bidpricestrategy", "bidpriceipscale", "gasadjustment", "gasprices", "attributes",
    "provider_address", "image", "tag", "repository",
  ]

  func callAsFunction(_ reads: RecordedReads) -> RecordedReads {
    var result = RecordedReads(date: reads.date)
    for (target, answer) in reads.answers {
      result.answers[target] = RecordedReads.Answer(
        status: answer.status, body: text(answer.body))
    }
    for (words, said) in reads.said {
      let isValues = words.starts(with: ["helm", "get", "values"])
      result.said[words] = RecordedReads.Said(
        exit: said.exit, output: isValues ? values(said.output) : text(said.output),
        errors: text(said.errors))
    }
    for (key, log) in reads.logs { result.logs[key] = text(log) }
    return result
  }

  /// Text, or objects as JSON.
  func text(_ data: Data) -> Data {
    let text = String(decoding: data, as: UTF8.self)
    if let first = text.first, "{[".contains(first), let value = try? JSONText.parse(text) {
      return Data(JSONText.compact(stripped(value, key: "")).utf8)
    }
    return Data(redaction.redacting(text).utf8)
  }

  private func stripped(_ value: JSONValue, key: String) -> JSONValue {
    switch value {
    case .string(let text): return .string(hidden(text, key: key))
    case .array(let items):
      if key == "env" { return .array(items.map(variable)) }
      return .array(items.map { stripped($0, key: key) })
    case .object(let fields):
      let isSecret = fields["kind"]?.text == "Secret"
      var result: [String: JSONValue] = [:]
      for (name, field) in fields {
        if Self.withoutUse.contains(name) || isSecret && ["data", "stringData"].contains(name) {
          continue
        }
        switch name {
        case "annotations" where key == "metadata": result[name] = known(field)
        // That it is there matters; it is base64.
        case "caBundle": result[name] = .string(Data(Self.mark.utf8).base64EncodedString())
        default: result[name] = stripped(field, key: name)
        }
      }
      return .object(result)
    case .null, .bool, .int, .double: return value
    }
  }

  /// A value by what its key says, too.
  private func hidden(_ text: String, key: String) -> String {
    let plain = redaction.redacting(text)
    // What two Services share an address by is no secret.
    if key == "sharing_key" { return plain }
    let head = "\(key): "
    guard !key.isEmpty, !text.contains("\n"), redaction.redacting(head + text) != head + plain
    else { return plain }
    return Self.mark
  }

  private func variable(_ item: JSONValue) -> JSONValue {
    guard let name = item["name"].text, let value = item["value"].text else {
      return stripped(item, key: "")
    }
    var item = item
    let isKnown = Self.variables.contains { name.hasPrefix($0) }
    let told = "\(name)=\(value)"
    item["value"] = .string(isKnown && redaction.redacting(told) == told ? value : Self.mark)
    return item
  }

  private func known(_ annotations: JSONValue) -> JSONValue {
    .object(
      annotations.fields.filter { key, _ in
        let owner = key.split(separator: "/").first.map(String.init) ?? ""
        return Self.annotations.contains { owner == $0 || owner.hasSuffix(".\($0)") }
          && !key.hasSuffix("last-applied-configuration")
      }.mapValues { .string(redaction.redacting($0.text ?? "")) })
  }

  /// The values of a release: their keys, what is open, and whether something is on.
  private func values(_ output: Data) -> Data {
    let text = String(decoding: output, as: UTF8.self)
    guard let values = try? YAMLDocument.json(in: text).first, case .object = values else {
      // helm says null where there are none.
      return Data((text.count < 8 ? text : "{}\n").utf8)
    }
    return Data(YAMLWriter.text(open(values, isOpen: false)).utf8)
  }

  private func open(_ value: JSONValue, isOpen: Bool) -> JSONValue {
    switch value {
    case .object(let fields):
      .object(
        Dictionary(
          uniqueKeysWithValues: fields.map { key, field in
            (key, open(field, isOpen: isOpen || Self.openValues.contains(key)))
          }))
    case .array(let items): .array(items.map { open($0, isOpen: isOpen) })
    case .null, .bool: value
    case .int, .double: isOpen ? value : .string(Self.mark)
    case .string(let text): .string(isOpen ? redaction.redacting(text) : Self.mark)
    }
  }
}
