/// What the operator wants of colours, as `--color` says it.
package enum ColorChoice: String, CaseIterable, Hashable, Sendable {
  case auto, always, never

  /// NO_COLOR counts when it is not empty, and only for `auto`: an option is closer than a variable.
  package func allowsColor(environment: [String: String]) -> Bool {
    switch self {
    case .auto: environment["NO_COLOR", default: ""].isEmpty
    case .always: true
    case .never: false
    }
  }
}
