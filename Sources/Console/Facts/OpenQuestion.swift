import Addresses
import Basics
import Cluster
import ConsoleKit
import Execution
import IPLeasesCore

/// What the admin typed for a plan whose input the settings leave open.
package enum PlanInput: Hashable, Sendable {
  case poolRanges([PoolEntry])
  case providerAddress(String)

  package func applied(to settings: ConsoleSettings) -> ConsoleSettings {
    var settings = settings
    switch self {
    case .poolRanges(let ranges): settings.poolRanges = ranges
    case .providerAddress(let address): settings.providerAddress = address
    }
    return settings
  }
}

/// What a step's plan needs to know, and neither the settings nor the cluster say.
package enum OpenQuestion: Hashable, Sendable {
  /// The ranges of the pool, judged against what is known around it.
  case poolRanges(PoolContext)
  case providerAddress

  package static func all(
    _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) -> [StepID: OpenQuestion] {
    var questions: [StepID: OpenQuestion] = [:]
    if settings.poolRanges.isEmpty, let pools = snapshot.pools.value,
      pools.pool(ConsoleSettings.poolName) == nil
    {
      questions[.pools] = .poolRanges(snapshot.poolContext(for: ConsoleSettings.poolName))
    }
    if snapshot.providerValues.value != nil, ProviderAddress.find(snapshot, settings) == nil {
      questions[.ipOperator] = .providerAddress
    }
    return questions
  }

  /// What is asked, in the line over the text.
  package var prompt: String {
    switch self {
    case .poolRanges:
      "Which public addresses may be leased? Several go with commas between:"
    case .providerAddress: "The provider's address on chain (akash1 and 38 more characters):"
    }
  }

  /// What there is to know before anything is typed.
  package var example: String {
    switch self {
    case .poolRanges: "For example 203.0.113.0/28, 198.51.100.10-198.51.100.14"
    case .providerAddress:
      "It is neither in the provider's values nor shown by what runs; it is public."
    }
  }
}

/// What a typed answer is worth, worked out at each key.
package struct Judgement: Hashable, Sendable {
  /// nil while the answer cannot be taken.
  package var input: PlanInput?
  package var remarks: [Remark]

  package struct Remark: Hashable, Sendable {
    package var word: StateWord
    package var text: String
  }

  package init(_ text: String, of question: OpenQuestion) {
    switch question {
    case .poolRanges(let context): self.init(ranges: Self.ranges(in: text), context)
    case .providerAddress: self.init(address: text.filter { $0 != " " })
    }
  }

  private init(ranges: [PoolEntry], _ context: PoolContext) {
    let problems = PoolProblems.find(in: ranges, context: context)
    let parsed = ranges.ranges
    let isTaken = !ranges.isEmpty && !problems.contains { $0.severity == .error }
    input = isTaken ? .poolRanges(ranges) : nil
    let size = PoolSize(of: parsed)
    let addresses = size.exact == 1 ? "1 address" : "\(size.text) addresses"
    let count = parsed.count == 1 ? "1 range" : "\(parsed.count) ranges"
    remarks = isTaken ? [Remark(word: .ok, text: "\(addresses) in \(count)")] : []
    remarks += problems.map { problem in
      let fix = problem.fix.map { " " + Text.sentence($0.text()) } ?? ""
      return Remark(
        word: problem.severity == .error ? .fail : .warn,
        text: SafeText.line(problem.line + fix, limit: 400))
    }
  }

  private init(address text: String) {
    do throws(UserMessage) {
      let address = try AkashAddress(parsing: text)
      input = .providerAddress(address.text)
      remarks = [Remark(word: .ok, text: "a provider's address, its checksum is right")]
    } catch {
      input = nil
      remarks = [Remark(word: .fail, text: SafeText.line(error.reason ?? error.what))]
    }
  }

  /// Ranges as people write several of them: with commas, semicolons or blanks between.
  static func ranges(in text: String) -> [PoolEntry] {
    text.replacing(" -", with: "-").replacing("- ", with: "-")
      .split { $0 == "," || $0 == ";" || $0.isWhitespace }.map { PoolEntry(String($0)) }
  }
}
