import Foundation
import TestSupport
import Testing

/// What holds for the tree as a whole: who imports whom, where is waited, what no file may hold.
struct ProjectRulesTests {
  // MARK: Modules

  /// Swift's own modules, which every module may import.
  private static let swiftOwn: Set<String> = ["Foundation", "Glibc", "Synchronization"]

  /// The layers, the lowest first: what a module imports stands above it in the table.
  private static let layers: [(name: String, mayImport: Set<String>)] = [
    ("CNcurses", []),
    ("CZlib", []),
    ("Terminal", ["Algorithms", "CNcurses", "SystemPackage"]),
    ("Basics", ["SystemPackage", "Yams"]),
    ("Addresses", ["Algorithms", "Basics"]),
    ("Execution", ["Basics", "NIOCore", "NIOHTTP1", "NIOPosix", "Subprocess", "SystemPackage"]),
    ("Rehearsal", ["Basics", "Execution", "SystemPackage"]),
    ("Logs", ["Algorithms", "Basics", "Execution"]),
    ("Cluster", ["Addresses", "Algorithms", "Basics", "CZlib", "Execution", "Logs"]),
    ("IPLeasesCore", lower.union(["Algorithms", "SystemPackage", "Yams"])),
    ("ConsoleKit", ["Basics", "Terminal"]),
    ("Console", lower.union(["ConsoleKit", "IPLeasesCore", "SystemPackage", "Terminal"])),
    (
      "ip-leases",
      lower.union([
        "ArgumentParser", "Console", "DequeModule", "IPLeasesCore", "Rehearsal", "SystemPackage",
        "Terminal",
      ])
    ),
    ("Benchmarks", lower.union(["Console", "IPLeasesCore", "Terminal", "TestSupport"])),
  ]
  private static let lower: Set<String> = ["Addresses", "Basics", "Cluster", "Execution", "Logs"]
  private static let foreign: Set<String> = [
    "Algorithms", "ArgumentParser", "DequeModule", "NIOCore", "NIOHTTP1", "NIOPosix", "Subprocess",
    "SystemPackage", "TestSupport", "Yams",
  ]

  private static var mayImport: [String: Set<String>] {
    Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.mayImport) })
  }

  @Test func noModuleKnowsOneAboveIt() throws {
    var known = Self.foreign
    for layer in Self.layers {
      #expect(layer.mayImport.isSubset(of: known), "\(layer.name)")
      known.insert(layer.name)
    }
    // The table is of what is there.
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: ProjectTree.root.appending(path: "Sources").path)
    #expect(Set(folders) == Set(Self.layers.map(\.name)))
  }

  @Test func noFoldersOfAModuleKnowEachOther() async throws {
    let script = ProjectTree.root.appending(path: ".ci/numbers").path
    let answer = try await Program(
      path: "/usr/bin/python3", environment: ProcessInfo.processInfo.environment
    ).run([script])
    #expect(answer.ending == .exited(0), "\(answer.transcript)")
    let rows = answer.output.split(separator: "\n").prefix { !$0.contains(" types; ") }.dropFirst()
    // All but the two of C.
    #expect(rows.count == Self.layers.count - 2, "\(answer.output)")
    let tangled = rows.filter { !$0.hasSuffix("  -") }.compactMap { $0.split(separator: " ").first }
    #expect(tangled == [], "\(answer.output)")
  }

  @Test func theReadmeHasEachModuleWithItsDuty() throws {
    let readme = try ProjectTree.text("README.md")
    for layer in Self.layers where layer.name != "Benchmarks" {
      #expect(readme.contains("\n| `\(layer.name)` | "), "\(layer.name)")
    }
  }

  @Test func everyModuleImportsOnlyWhatTheArchitectureAllows() throws {
    let files = try ProjectTree.files(below: "Sources", endings: ["swift"])
    #expect(files.count > 100)
    for file in files {
      let module = file.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      let allowed = try #require(Self.mayImport[module], "\(module) is not in the table")
      for name in file.imports.subtracting(Self.swiftOwn).subtracting(allowed) {
        Issue.record("\(file.path) imports \(name)")
      }
    }
  }

  @Test func atMostThreeFilesSeeNcursesAndKeepItInside() throws {
    let files = try ProjectTree.files(below: "Sources", endings: ["swift"])
      .filter { $0.imports.contains("CNcurses") }
    #expect(!files.isEmpty && files.count <= 3, "\(files.map(\.path))")
    for file in files {
      #expect(file.path.hasPrefix("Sources/Terminal/"), "\(file.path)")
      #expect(file.lines.contains("internal import CNcurses"), "\(file.path)")
    }
  }

  @Test func nothingIsPublic() throws {
    for file in try ProjectTree.files(below: "Sources", endings: ["swift"]) {
      let found = file.lines.filter { line in
        line.trimmingPrefix(while: \.isWhitespace).hasPrefix("public ")
          || line.trimmingPrefix(while: \.isWhitespace).hasPrefix("open ")
      }
      #expect(found.isEmpty, "\(file.path): \(found)")
    }
  }

  // MARK: Waiting

  /// Modules and folders end with a slash: processes, the cluster's reading, the log's follower, and
  /// what carries out effects.
  private static let mayAwait = [
    "Sources/Execution/", "Sources/Cluster/Source/", "Sources/IPLeasesCore/Following/",
    "Sources/IPLeasesCore/Session/", "Sources/Console/Program/EffectRunner.swift",
    "Sources/ip-leases/", "Sources/Benchmarks/",
    // An executor and an API server like those in Execution.
    "Sources/Rehearsal/RehearsalExecutor", "Sources/Rehearsal/RehearsalServer.swift",
  ]

  @Test func waitingStandsOnlyWhereEffectsAreCarriedOut() throws {
    for file in try ProjectTree.files(below: "Sources", endings: ["swift"]) {
      guard !Self.mayAwait.contains(where: file.path.hasPrefix) else { continue }
      let found = file.codeLines.filter { line in
        line.contains("await") && line.contains(#/\bawait\b/#)
      }
      #expect(found.isEmpty, "\(file.path): \(found)")
    }
  }

  private static let shells = [
    "\"sh\"", "\"bash\"", "\"/bin/sh\"", "\"/bin/bash\"", " system(", "popen(",
  ]

  @Test func nothingPassesThroughAShell() throws {
    for file in try ProjectTree.files(below: "Sources", endings: ["swift"]) {
      let found = file.codeLines.filter { line in
        Self.shells.contains { line.contains($0) }
      }
      #expect(found.isEmpty, "\(file.path): \(found)")
    }
  }

  private static let subcommands = [
    "status", "steps", "plan", "apply", "rollback", "pools", "migrate", "logs", "verify", "remedy",
    "watch", "bundle", "activity", "config", "completion",
  ]

  /// A text with a command of this program in it would miss the options that chose the cluster: it is
  /// an `Advice`. What help says and what is no advice is named.
  @Test func noTextHoldsACommandOfThisProgram() throws {
    let help = [
      "Sources/ip-leases/Arguments/", "Sources/ip-leases/Commands/MigrateCommand.swift",
      "Sources/ip-leases/Commands/ConsoleCommand.swift",
      "Sources/ip-leases/Commands/CompletionCommand.swift", "Sources/Benchmarks/",
    ]
    for file in try ProjectTree.files(below: "Sources", endings: ["swift"]) {
      guard !help.contains(where: file.path.hasPrefix) else { continue }
      let found = file.codeLines.filter { line in
        Self.subcommands.contains { line.contains("ip-leases \($0)") }
      }
      #expect(found.isEmpty, "\(file.path): \(found)")
    }
  }

  // MARK: README and checks

  @Test func theCheckRunsTheTestCommandOfTheReadme() throws {
    let readme = try ProjectTree.text("README.md")
    let commands = try ["run", "test"].map { name in
      let start = try #require(readme.range(of: "<!-- command: \(name) -->\n```sh\n"))
      let rest = readme[start.upperBound...]
      let end = try #require(rest.range(of: "\n```\n"))
      return String(rest[..<end.lowerBound])
    }
    #expect(commands[0].contains("&& swift run ip-leases apply --rehearse fresh"))
    #expect(commands[1].hasSuffix("&& swift test"))
    for command in commands {
      #expect(!command.contains("\n"))
      // What the C targets are linked with.
      #expect(command.contains("libncurses-dev") && command.contains("libvterm-dev"))
    }
    #expect(readme.hasPrefix("# ip-leases\n\n!["))
    let check = try ProjectTree.text(".ci/run")
    #expect(check.contains("tests=$(readme_command test)"))
    #expect(check.contains("swift format lint --strict -r Sources Tests Package.swift"))
  }

  private static func pages() throws -> [ProjectTree.File] {
    let folder = try FileManager.default.contentsOfDirectory(
      atPath: ProjectTree.root.appending(path: ".github").path)
    return try ["README.md"].map(ProjectTree.file)
      + folder.filter { $0.hasSuffix(".md") }.sorted().map {
        try ProjectTree.file(".github/\($0)")
      }
  }

  @Test func theReadmeIsShort() throws {
    #expect(try ProjectTree.text("README.md").count { $0 == "\n" } <= 200)
  }

  @Test func everyPictureAndFileThePagesNameIsThere() throws {
    for page in try Self.pages() {
      let folder = ProjectTree.root.appending(path: page.path).deletingLastPathComponent()
      let links = page.text.matches(of: #/\]\(([^)#]+)[^)]*\)/#).map { String($0.1) }
        .filter { !$0.hasPrefix("https://") }
      for link in links {
        let path = folder.appending(path: link).path
        #expect(FileManager.default.fileExists(atPath: path), "\(page.path): \(link)")
      }
      #expect(page.path != "README.md" || links.filter { $0.hasSuffix(".png") }.count >= 5)
    }
  }

  @Test func theReadmeLeadsToEveryPage() throws {
    let readme = try ProjectTree.text("README.md")
    for page in try Self.pages() where page.path != "README.md" {
      #expect(readme.contains("](\(page.path))"), "\(page.path)")
    }
  }

  @Test func thePlacesToAddSomethingAreThere() throws {
    let readme = try ProjectTree.text("README.md")
    let start = try #require(readme.range(of: "\n| To add | Write | And a line in |\n"))
    let rows = readme[start.upperBound...]
      .split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
    let paths = rows.flatMap { $0.matches(of: #/`([\w-]+/[^`]+)`/#).map { String($0.1) } }
    #expect(paths.count > 10)
    for path in paths {
      let place = path.replacing("/NAME.swift", with: "")
      let file = ProjectTree.root.appending(path: "Sources/\(place)").path
      #expect(FileManager.default.fileExists(atPath: file), "\(path)")
    }
  }

  // MARK: One file and one line

  /// - Returns: the names that the files of a folder declare, and in which files of `Sources` the code
  ///   names each of them.
  private static func declared(
    in folder: String, by pattern: Regex<(Substring, Substring)>, named mark: String
  ) throws -> [(name: String, file: String, users: Set<String>)] {
    let files = try ProjectTree.files(below: "Sources", endings: ["swift"])
    return try files.filter { $0.path.hasPrefix("Sources/\(folder)/") }.flatMap { file in
      try file.codeLines.joined(separator: "\n").matches(of: pattern).map { match in
        let name = String(match.1)
        let use = try Regex(#"\#(mark)\#(name)(?:\W|$)"#)
        let users = files.filter { other in
          other.path != file.path && other.codeLines.contains { $0.contains(use) }
        }
        return (name, file.path, Set(users.map(\.path)))
      }
    }
  }

  @Test func aLogGrammarIsItsFileAndALineOfTheList() throws {
    let grammars = try Self.declared(
      in: "Logs/Formats", by: #/static let (\w+) = LogFormat\(/#, named: #"[\s(\[,:]\."#)
    #expect(grammars.count >= 10)
    #expect(Set(grammars.map(\.file)).count == grammars.count)
    for grammar in grammars {
      let others = grammar.users.filter { !$0.hasPrefix("Sources/ip-leases/") }
      #expect(others == ["Sources/Logs/Formats/AllLogFormats.swift"], "\(grammar.name)")
    }
  }

  @Test func aSubcommandIsItsFileAndALineOfItsProgram() throws {
    let commands = try Self.declared(
      in: "ip-leases/Commands",
      by: #/struct (\w+): (?:Subcommand|AsyncParsableCommand|ParsableCommand)\b/#,
      named: #"(?:^|\W)"#)
    #expect(commands.count >= 15)
    #expect(Set(commands.map(\.file)).count == commands.count)
    for command in commands {
      var users = command.users
      // Without a terminal the console is the status.
      if command.name == "StatusCommand" {
        users.remove("Sources/ip-leases/Commands/ConsoleCommand.swift")
      }
      let group = ["Pools", "Config"].first {
        command.name.hasPrefix($0) && command.name != "\($0)Command"
      }
      let list =
        group.map { "Sources/ip-leases/Commands/\($0)Command.swift" }
        ?? "Sources/ip-leases/Main.swift"
      #expect(users == [list], "\(command.name)")
    }
  }

  @Test func nothingNamesAMachineOrAPackageRegistry() throws {
    let folders = ["/Users" + "/", "/wo" + "rk/", "/tmp" + "/wt"]
    let registries = [
      "registry." + "npmjs", "pypi." + "org", "proxy.golang" + ".org", "crates" + ".io",
    ]
    let own = ["Package.swift", ".ci/run"]
    let endings: Set<String> = ["swift", "c", "h", "py", "sh", "md", "json", "yaml"]
    let files =
      try own.map(ProjectTree.file) + Self.pages()
      + ["Sources", "Tests", "screenshots"].flatMap {
        try ProjectTree.files(below: $0, endings: endings)
      }
    for file in files {
      for word in folders + registries where file.text.contains(word) {
        Issue.record("\(file.path) holds \(word)")
      }
    }
  }

  /// More than 300 lines want a second look and are named; only a file out of all proportion fails.
  @Test func longFilesAreNoted() throws {
    let files = try ProjectTree.files(below: "Sources", endings: ["swift"])
    let long = files.filter { $0.lines.count > 300 }.map { "\($0.path): \($0.lines.count) lines" }
    #expect(files.allSatisfy { $0.lines.count < 1_000 })
    if !long.isEmpty { print("files of more than 300 lines: \(long.joined(separator: ", "))") }
  }
}
