import Addresses
import ArgumentParser
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore
import Rehearsal
import Terminal

/// The options every subcommand knows.
struct GlobalOptions: ParsableArguments {
  @Option(help: "The kubeconfig file.", completion: .file()) var kubeconfig: String?
  @Option(
    help: "The context in the kubeconfig; status and verify take several.",
    completion: Completions.contexts)
  var context: [String] = []
  @Option(
    help: ArgumentHelp(
      "Use the built-in cluster, in this scenario; help lists them, and the faults to add.",
      valueName: "scenario[+fault]"),
    completion: Completions.scenarios,
    transform: Self.start) var rehearse: RehearsalStart?
  @Flag(help: "Start the scenario anew.") var reset = false
  @Option(
    help: ArgumentHelp(
      "Look at a bundle in place of a cluster; nothing is changed.", valueName: "bundle"),
    completion: .file(extensions: ["gz"]))
  var from: String?
  @Option(
    help: ArgumentHelp(
      "Addresses for the pool: CIDR or first-last. Repeatable.", valueName: "range"),
    transform: { PoolEntry($0) })
  var pool: [PoolEntry] = []
  @Option(help: "The provider's address on chain (akash1…); found by itself otherwise.")
  var providerAddress: String?
  @Option(
    help: ArgumentHelp(
      "Where the provider's values are written (default: ~/provider.yaml).", valueName: "file"))
  var providerFile: String?
  @Option(help: "How MetalLB gets into the cluster (default: as it did).") var way: Way?
  @Option(
    help: ArgumentHelp(
      "Kubespray's inventory (YAML, INI or a folder), or a file of its group_vars.",
      valueName: "file"))
  var inventory: String?
  @Option(
    help:
      "Kubespray's variables: old up to v2.21, new since v2.22 (default: as its checkout shows)."
  )
  var kubesprayForm: KubesprayForm?
  @Option(help: "The version of MetalLB to install (default: 0.14.8).")
  var metallbVersion: String?
  @Flag(help: "Change nothing, whatever is asked.") var readOnly = false
  @Option(
    help: ArgumentHelp(
      "Journal, lock and ways back (default: $XDG_STATE_HOME/ip-leases).", valueName: "folder"))
  var stateDir: String?
  @Option(
    help: ArgumentHelp(
      "Settings by file (default: $XDG_CONFIG_HOME/ip-leases/config.yaml).", valueName: "file"))
  var config: String?
  @Option(
    help: ArgumentHelp(
      "The longest wait for one thing, an answer too, as in 90s or 5m.", valueName: "duration"))
  var timeout: WaitLimit?
  @Option(help: "Colours: auto, always or never.") var color = ColorChoice.auto
  @Flag(help: "Draw lines with ASCII characters.") var ascii = false
  @Flag(help: "No screen and no colours: instead of the console, status line by line.")
  var plain = false

  /// As wanted, by whichever option said it.
  var colorChoice: ColorChoice { plain ? .never : color }

  func hasColors(_ call: Call) -> Bool {
    switch colorChoice {
    case .always: true
    case .never: false
    case .auto:
      call.streams.isTerminal(.output) && colorChoice.allowsColor(environment: call.environment)
    }
  }

  func validate() throws {
    let given = [
      "--kubeconfig": kubeconfig, "--context": context.first { $0.isEmpty },
      "--provider-file": providerFile,
      "--inventory": inventory, "--from": from, "--state-dir": stateDir, "--config": config,
    ]
    // An unset variable in a script must not choose another cluster or folder.
    if let empty = given.first(where: { $0.value?.isEmpty == true }) {
      throw ValidationError("\(empty.key) is empty.")
    }
    if from != nil, rehearse != nil || kubeconfig != nil || !context.isEmpty {
      throw ValidationError(
        "--from stands in place of a cluster: no --rehearse, --context or --kubeconfig beside it.")
    }
    if reset && rehearse == nil {
      throw ValidationError("--reset goes with --rehearse SCENARIO only.")
    }
    for entry in pool {
      if let refusal = entry.refusal {
        throw ValidationError(
          ["--pool \(SafeText.line(entry.text, limit: 80)): \(refusal.reason)", refusal.fix]
            .compactMap(\.self).joined(separator: "\n"))
      }
    }
    if let providerAddress { try Self.check { try AkashAddress(parsing: providerAddress) } }
    if let metallbVersion, let problem = MetalLBVersionRule.problem(with: metallbVersion) {
      throw ValidationError(problem.text())
    }
  }

  /// The options above that take a value: what follows them is no subcommand.
  static let namesWithValue: Set<String> = [
    "--kubeconfig", "--context", "--rehearse", "--from", "--pool", "--provider-address",
    "--provider-file",
    "--way", "--inventory", "--kubespray-form", "--metallb-version", "--state-dir", "--config",
    "--timeout", "--color",
  ]

  /// - Throws: where a bundle was given in place of a cluster.
  func refuseBundle(for word: String) throws {
    if from != nil {
      throw ValidationError("\(word) does not go with --from: a bundle is only looked at.")
    }
  }

  /// Those that say which cluster, files and versions are meant; not how the answer looks.
  private static let namesOfWhatIsMeant = namesWithValue.subtracting(["--timeout", "--color"])

  /// `--context`, `--rehearse` and the others that say which cluster, files and versions are meant, as
  /// they were given.
  static func whatIsMeant(in arguments: [String]) -> [String] {
    var chosen: [String] = []
    var rest = arguments.prefix { $0 != "--" }
    while let argument = rest.popFirst() {
      let name = argument.prefix { $0 != "=" }
      guard namesOfWhatIsMeant.contains(String(name)) else { continue }
      chosen.append(argument)
      if name.count == argument.count, let value = rest.popFirst() { chosen.append(value) }
    }
    return chosen
  }

  /// The same about one context of several.
  static func choosing(_ context: String, in options: [String]) -> [String] {
    var rest = options[...]
    var kept: [String] = []
    while let word = rest.popFirst() {
      if word == "--context" {
        _ = rest.popFirst()
      } else if !word.hasPrefix("--context=") {
        kept.append(word)
      }
    }
    return ["--context", context] + kept
  }

  private static func start(_ text: String) throws -> RehearsalStart {
    do throws(UserMessage) { return try RehearsalStart(parsing: text) } catch {
      throw ValidationError("\(error.what)\n\(RehearsalStart.list)")
    }
  }

  private static func check<Value>(_ body: () throws -> Value) throws {
    do { _ = try body() } catch let message as UserMessage { throw ValidationError(message.text()) }
  }

  /// What was given of what a settings file may say, by its key.
  var values: [String: String] {
    let all: [String: String?] = [
      "kubeconfig": kubeconfig, "context": context.first,
      "pool": pool.isEmpty ? nil : pool.texts.joined(separator: ", "),
      "provider-address": providerAddress, "provider-file": providerFile, "way": way?.rawValue,
      "inventory": inventory, "kubespray-form": kubesprayForm?.rawValue,
      "metallb-version": metallbVersion, "read-only": readOnly ? "true" : nil,
      "state-dir": stateDir,
      "timeout": timeout.map { "\($0.duration.components.seconds)s" },
    ]
    return all.compactMapValues(\.self)
  }

  /// Flags before the config file before the defaults.
  func settings(_ folders: UserFolders) throws(UserMessage) -> ConsoleSettings {
    let absolute = { Self.absolute($0, folders) }
    let file = try ConfigFile.read(config.map(absolute), folders)
    let state = absolute(stateDir ?? file.stateDirectory ?? "\(folders.state)/ip-leases")
    var defaultProviderFile = "\(folders.home)/provider.yaml"
    if let rehearse {
      defaultProviderFile = "\(state)/rehearsal/\(rehearse.name)/provider.yaml"
    }
    let providerPath = providerFile ?? (rehearse == nil ? file.providerFile : nil)
    var settings = ConsoleSettings(
      providerFile: absolute(providerPath ?? defaultProviderFile), stateDirectory: state)
    try Self.refuseOddName(settings.providerFile)
    settings.connection = Connection(
      kubeconfig: (kubeconfig ?? file.kubeconfig).map(absolute),
      context: context.first ?? file.context)
    settings.poolRanges = pool.isEmpty ? file.pools : pool
    settings.providerAddress = providerAddress ?? file.providerAddress
    settings.way = way ?? file.way
    settings.kubesprayForm = kubesprayForm ?? file.kubesprayForm
    settings.inventory = (inventory ?? (rehearse == nil ? file.inventory : nil)).map(absolute)
    if let rehearse, settings.inventory == nil {
      settings.inventory = RehearsalExecutor.inventory(
        of: rehearse.scenario, directory: "\(state)/rehearsal/\(rehearse.name)")
    }
    settings.metallbVersion = metallbVersion ?? file.metallbVersion ?? settings.metallbVersion
    settings.isReadOnly = readOnly || file.isReadOnly
    settings.waitLimit = try Self.waitLimit(file.timeout)
    if let timeout { settings.waitLimit = timeout.duration }
    settings.connection.readLimit = settings.waitLimit
    settings.rehearsal = rehearse?.name
    return settings
  }

  static func absolute(_ path: String, _ folders: UserFolders) -> String {
    if path.hasPrefix("/") { return path }
    if path.hasPrefix("~/") { return folders.home + path.dropFirst() }
    return FileManager.default.currentDirectoryPath + "/" + path
  }

  /// helm takes a comma for the end of a name (helm: pkg/cli/values, a StringSlice of pflag).
  private static func refuseOddName(_ path: String) throws(UserMessage) {
    let isShown = SafeText.shown(path) == path && !path.contains("\n") && !path.contains("\t")
    guard path.contains(",") || !isShown else { return }
    throw UserMessage(
      "The file \(SafeText.line(path, limit: 200)) cannot hold the provider's values.",
      reason: isShown
        ? "helm takes the comma in its name for the end of one"
        : "its name has signs that cannot be shown",
      advice: "Name another with --provider-file.")
  }

  private static func waitLimit(_ text: String?) throws(UserMessage) -> Duration? {
    guard let text else { return nil }
    if let limit = WaitLimit(argument: text) { return limit.duration }
    throw UserMessage(
      "The config file: timeout \(SafeText.line(text, limit: 40)) is no time.",
      advice: "Write it as 90s or 5m.")
  }
}
