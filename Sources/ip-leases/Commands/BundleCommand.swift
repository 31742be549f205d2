import ArgumentParser
import Basics
import Cluster
import Execution
import Foundation
import IPLeasesCore

struct BundleCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "Evidence for a support thread, secrets and tenants out.",
    discussion: """
      One .tar.gz that only you can read: what was read of the cluster, the answers of status, steps, \
      verify, pools and plan, the last \(Session.bundledLines) lines of each log, the activity and the \
      watch. Secrets are left out. Domains, wallets, tenants' names and public addresses are replaced, \
      the same way wherever they stand, and ranges still add up. What goes in is listed first. \
      --from FILE opens it with every subcommand that reads, and with the console.
      """)

  @OptionGroup var options: GlobalOptions
  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Where it is written (default: ip-leases-bundle.tar.gz here).", valueName: "file"),
    completion: .file())
  var file = "ip-leases-bundle.tar.gz"
  @Option(
    help: ArgumentHelp(
      "A kind of names that is not replaced. Repeatable.", valueName: "kind"))
  var keep: [Pseudonyms.Kind] = []
  @Flag(name: [.short, .long], help: "Ask nothing.") var yes = false

  func validate() throws {
    try options.refuseBundle(for: "bundle")
    if file.isEmpty { throw ValidationError("--file is empty.") }
  }

  func answer(_ call: Call) async throws {
    let workplace = try Workplace(options, call)
    let session = await workplace.session()
    if let problem = session.identity.problem { throw call.failure(problem) }
    let home = UserFolders(call.environment).home
    do throws(UserMessage) {
      let bundle = try await session.bundle(
        keeping: Set(keep), program: Call.version, home: home)
      let entries = bundle.entries(with: try await BundleDocuments.make(bundle))
      let packed = try EvidenceBundle.file(entries)
      call.output(BundleDocuments.list(entries, bundle))
      try consent(call)
      try AtomicFile.write(packed, to: GlobalOptions.absolute(file, UserFolders(call.environment)))
      call.output("\(SafeText.line(file)) is written: \(packed.count) bytes, for you alone.\n")
    } catch {
      throw call.failure(error)
    }
  }

  private func consent(_ call: Call) throws(UserMessage) {
    if yes { return }
    guard call.streams.isTerminal(.input) else {
      throw UserMessage(
        "There is no terminal to type the word at.", advice: "Give --yes to write it at once."
      ).untold
    }
    call.streams.forgetTyped()
    call.error("Type yes to write \(SafeText.line(file, limit: 200)); anything else stops: ")
    guard call.streams.nextLine()?.trimmingCharacters(in: .whitespaces) == "yes" else {
      throw UserMessage("Nothing was written: the word was not typed.")
    }
  }
}
