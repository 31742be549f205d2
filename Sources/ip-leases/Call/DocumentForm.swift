import Basics

/// How a document is written; its keys are the same.
enum DocumentForm: String, Sendable {
  case json, yaml

  /// One document of many: a line of JSON, or a part of a stream of YAML.
  ///
  /// - Parameter json: an object, with or without a line end.
  func part(_ json: String) -> String {
    switch self {
    case .json: json.hasSuffix("\n") ? json : json + "\n"
    case .yaml: "---\n" + Self.yaml(json)
    }
  }

  static func yaml(_ json: String) -> String {
    (try? JSONText.parse(json)).map(YAMLWriter.text) ?? json
  }
}
