/// What a reading command of kubectl asks the API server for, where that is plain from its arguments.
/// Whatever is not, the tool is asked.
enum DirectRead: Hashable, Sendable {
  /// Several kinds, of one namespace or of all.
  case lists([APIResource], namespace: String?, selector: String?)
  case raw(path: String, seconds: Int)
  /// The end of the log of a workload's only pod.
  case log(workload: APIResource, name: String, container: String?, namespace: String, lines: Int)

  init?(_ command: Command) {
    guard command.tool == .kubectl, !command.changes, command.standardInput == nil,
      let words = Words(command.arguments), let verb = words.verb,
      // They become part of a path.
      ([words.namespace].compactMap(\.self)
        + words.plain.flatMap { $0.split(separator: "/") }
        .map(String.init)).allSatisfy(Self.isName)
    else { return nil }
    switch verb {
    case "get" where words.raw != nil:
      guard let path = words.raw, path.hasPrefix("/"), words.plain.isEmpty, words.rest.isEmpty,
        let seconds = words.timeout
      else { return nil }
      self = .raw(path: path, seconds: seconds)
    case "get":
      guard words.plain.count == 1, words.output == "json", words.rest.isEmpty,
        words.timeout == nil, words.isEverywhere || words.namespace != nil
      else { return nil }
      let kinds = words.plain[0].split(separator: ",").map(String.init)
      let resources = kinds.compactMap { APIResource.all[$0] }
      guard resources.count == kinds.count else { return nil }
      self = .lists(
        resources, namespace: words.isEverywhere ? nil : words.namespace, selector: words.selector)
    case "logs":
      let parts = words.plain.first?.split(separator: "/").map(String.init) ?? []
      guard words.plain.count == 1, parts.count == 2, words.output == nil, words.rest.isEmpty,
        let workload = APIResource.all["\(parts[0])s"], workload.group == "apps",
        let namespace = words.namespace, let lines = words.lines, words.hasTimes
      else { return nil }
      self = .log(
        workload: workload, name: parts[1], container: words.container, namespace: namespace,
        lines: lines)
    default: return nil
    }
  }

  /// Kinds stand between commas.
  private static func isName(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","):
        true
      default: false
      }
    } && text != "." && text != ".."
  }

  /// The arguments, told apart.
  private struct Words {
    var verb: String?
    var plain: [String] = []
    var namespace: String?
    var isEverywhere = false
    var selector: String?
    var output: String?
    var raw: String?
    var timeout: Int?
    var container: String?
    var lines: Int?
    var hasTimes = false
    /// What is not known here.
    var rest: [String] = []

    init?(_ arguments: [String]) {
      var arguments = arguments[...]
      while let word = arguments.popFirst() {
        switch word {
        case "--all-namespaces": isEverywhere = true
        // Without a name it has no effect; and managed fields always come.
        case "--ignore-not-found", "--show-managed-fields": break
        case "--timestamps": hasTimes = true
        case "-n", "-l", "-o", "-c", "--raw", "--context", "--kubeconfig":
          guard let value = arguments.popFirst() else { return nil }
          switch word {
          case "-n": namespace = value
          case "-l": selector = value
          case "-o": output = value
          case "-c": container = value
          case "--raw": raw = value
          // The proxy was started with them.
          default: break
          }
        default:
          if let value = Self.value(of: "--request-timeout=", in: word), value.hasSuffix("s") {
            timeout = Int(value.dropLast())
          } else if let value = Self.value(of: "--tail=", in: word) {
            lines = Int(value)
          } else if word.hasPrefix("-") {
            rest.append(word)
          } else if verb == nil {
            verb = word
          } else {
            plain.append(word)
          }
        }
      }
    }

    private static func value(of flag: String, in word: String) -> Substring? {
      word.hasPrefix(flag) ? word.dropFirst(flag.count) : nil
    }
  }
}
