/// The only maker of curl's argument vectors.
package enum Curl {
  /// Asks a provider for its version; its certificate is its own.
  package static func version(of host: String, port: Int) -> Command {
    let name = host.contains(":") ? "[\(host)]" : host
    return Command(
      .curl, ["-k", "https://\(name):\(port)/version"], purpose: "ask the provider for its version")
  }
}
