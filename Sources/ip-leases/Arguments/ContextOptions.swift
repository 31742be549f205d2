import ArgumentParser

/// Several clusters in one call.
struct ContextOptions: ParsableArguments {
  @Flag(help: "Every context of the kubeconfig; --context may be given more than once, too.")
  var allContexts = false

  /// - Throws: where what was asked for is about one cluster alone.
  func validate(_ options: GlobalOptions, alone: [(isGiven: Bool, name: String)]) throws {
    if allContexts, !options.context.isEmpty {
      throw ValidationError("--all-contexts and --context do not go together.")
    }
    guard allContexts || options.context.count > 1 else { return }
    let others =
      [(options.rehearse != nil, "--rehearse"), (options.from != nil, "--from")]
      + alone.map { ($0.isGiven, $0.name) }
    if let other = others.first(where: \.0) {
      throw ValidationError("\(other.1) goes with one context only.")
    }
  }
}
