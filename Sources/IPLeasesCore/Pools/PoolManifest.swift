import Basics
import Cluster

/// The two objects of a pool as YAML: IPAddressPool and the L2Advertisement that announces it.
/// Names and addresses are quoted, so that no reader takes one for a number or a boolean. No
/// `status`: its fields are required by newer schemas and none of ours.
package struct PoolManifest: Hashable, Sendable {
  package var name: String
  package var namespace: String
  package var addresses: [String]
  package var advertisement: String

  package init(
    name: String = ConsoleSettings.poolName,
    namespace: String = ConsoleSettings.metallbNamespace,
    addresses: [String], advertisement: String
  ) {
    self.name = name
    self.namespace = namespace
    self.addresses = addresses
    self.advertisement = advertisement
  }

  package var text: String { pool + "---\n" + l2Advertisement }

  package var pool: String {
    """
    apiVersion: metallb.io/v1beta1
    kind: IPAddressPool
    metadata:
      name: \(Self.quoted(name))
      namespace: \(Self.quoted(namespace))
    spec:
      addresses:\(addresses.isEmpty ? " []" : "")

    """ + addresses.map { "  - \(Self.quoted($0))\n" }.joined()
  }

  package var l2Advertisement: String {
    """
    apiVersion: metallb.io/v1beta1
    kind: L2Advertisement
    metadata:
      name: \(Self.quoted(advertisement))
      namespace: \(Self.quoted(namespace))
    spec:
      ipAddressPools:
      - \(Self.quoted(name))

    """
  }

  /// In double quotes, where YAML has an escape for everything no terminal should get as it is.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        // YAML readers differ in what they take beyond the first plane.
        if !SafeText.wantsEscape(scalar), scalar.value < 0xFFFE {
          result.unicodeScalars.append(scalar)
        } else {
          let hex = String(scalar.value, radix: 16, uppercase: true)
          result += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
        }
      }
    }
    return result + "\""
  }
}
