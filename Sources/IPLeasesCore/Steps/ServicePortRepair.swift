import Basics
import Cluster
import Execution

/// One port of a Service put right; the others stay as they are, down to the fields not known here.
struct ServicePortRepair {
  private(set) var forward: [JSONPatch.Operation] = []
  private(set) var back: [JSONPatch.Operation] = []

  private static let path = "/spec/ports"

  /// - Parameter target: the port of the pods.
  init(_ ports: [Service.Port], named name: String, leadingTo target: Int) {
    let index = Self.index(in: ports, name, target)
    var wanted = Service.Port(port: target)
    wanted.name = name
    wanted.protocol = "TCP"
    wanted.targetPort = .int(target)
    wanted.port = Self.freeNumber(target, in: ports, besides: index)
    if let index {
      let path = "\(Self.path)/\(index)"
      forward.append(.replace(path: path, Self.json(wanted)))
      back = [
        .test(path: "\(path)/name", .string(name)), .replace(path: path, Self.json(ports[index])),
      ]
    } else {
      forward.append(.add(path: "\(Self.path)/-", Self.json(wanted)))
      let path = "\(Self.path)/\(ports.count)"
      back = [.test(path: "\(path)/name", .string(name)), .remove(path: path)]
    }
    nameTheOthers(ports, beside: name)
  }

  /// The port that is meant: the one of the name, else one without a name that leads there already.
  private static func index(in ports: [Service.Port], _ name: String, _ target: Int) -> Int? {
    ports.firstIndex { $0.name == name }
      ?? ports.firstIndex { port in
        let leadsThere = port.targetPort.map { $0 == .int(target) } ?? (port.port == target)
        return port.name == nil && leadsThere && (port.protocol ?? "TCP") == "TCP"
      }
  }

  /// A Service has each number once for a protocol. Which one it is does not matter: whoever looks
  /// the port up by its name learns its number.
  private static func freeNumber(
    _ target: Int, in ports: [Service.Port], besides index: Int?
  ) -> Int {
    let others = ports.indices.filter { $0 != index }.map { ports[$0] }
    let taken = Set(others.filter { ($0.protocol ?? "TCP") == "TCP" }.map(\.port))
    return (target...65_535).first { !taken.contains($0) } ?? target
  }

  /// With more than one port, each must have a name.
  private mutating func nameTheOthers(_ ports: [Service.Port], beside name: String) {
    let replaced = forward.compactMap { operation in
      if case .replace(let path, _) = operation { path } else { nil }
    }
    for (index, port) in ports.enumerated() where port.name == nil {
      let path = "\(Self.path)/\(index)"
      if replaced.contains(path) { continue }
      forward.append(.add(path: "\(path)/name", .string("port-\(port.port)")))
      back.append(.remove(path: "\(path)/name"))
    }
  }

  private static func json(_ port: Service.Port) -> JSONValue {
    var json: JSONValue = ["port": .int(port.port), "protocol": .string(port.protocol ?? "TCP")]
    if let name = port.name { json["name"] = .string(name) }
    switch port.targetPort {
    case .int(let number): json["targetPort"] = .int(number)
    case .string(let name): json["targetPort"] = .string(name)
    case nil: break
    }
    return json
  }
}
