import Basics
import Execution
import Foundation
import Synchronization
import Testing

/// How a container's log is read in a test.
enum LogWay: CaseIterable {
  /// By kubectl, once for each stream.
  case kubectl
  /// From one API server.
  case server
  /// From one that ends after each answer: its proxy died, and another one is lent.
  case severalServers
}

/// An API server in memory. Answers exactly the targets it was given, in their order; another one, or
/// one that was never asked for, fails the test.
final class ScriptedLogServer: APIServer {
  struct Answer: Sendable {
    var target: String
    var status = 200
    var body = ""
    /// The connection is cut behind the body.
    var isCut = false
    /// Runs behind the body, before the answer ends.
    var during: (@Sendable () async throws -> Void)?

    init(
      _ target: String, status: Int = 200, body: String = "", isCut: Bool = false,
      during: (@Sendable () async throws -> Void)? = nil
    ) {
      self.target = target
      self.status = status
      self.body = body
      self.isCut = isCut
      self.during = during
    }
  }

  static let pod = "/api/v1/namespaces/akash-services/pods/op-1"
  static let log = "\(pod)/log?container=op&timestamps=true"
  static let notFound = #"{"kind":"Status","reason":"NotFound","message":"pods not found"}"#

  private let answers: Mutex<[Answer]>
  private let closesAtEnd: Bool
  private let location: SourceLocation

  init(
    _ answers: [Answer], closesAtEnd: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    self.answers = Mutex(answers)
    self.closesAtEnd = closesAtEnd
    location = sourceLocation
  }

  /// What kubectl would be asked, as the API server is.
  convenience init(
    _ answers: [ScriptedExecutor.Answer], closesAtEnd: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    self.init(
      answers.map(Self.translate), closesAtEnd: closesAtEnd, sourceLocation: sourceLocation)
  }

  deinit {
    for answer in answers.withLock({ $0 }) {
      Issue.record("never asked for: \(answer.target)", sourceLocation: location)
    }
  }

  private static func translate(_ answer: ScriptedExecutor.Answer) -> Answer {
    let result = answer.result
    var translated = Answer(pod, body: result.outputText)
    let words = answer.argv.drop { $0 != "logs" }
    if words.isEmpty {
      if result.exit.isSuccess, result.standardOutput.isEmpty {
        translated.status = 404
        translated.body = notFound
      }
    } else {
      translated.target = log
      for word in words.dropFirst(5) {
        let item =
          switch word {
          case "--follow": "&follow=true"
          case "--previous": "&previous=true"
          default:
            word.replacing("--since-time=", with: "&sinceTime=").replacing(":", with: "%3A")
          }
        translated.target += item
      }
    }
    if result.exit.isSuccess { return translated }
    if result.errorText.contains("unexpected EOF") {
      translated.isCut = true
    } else {
      // As kubectl's proxy says it.
      translated.status = 502
      translated.body = result.errorText
    }
    return translated
  }

  var isOpen: Bool { !closesAtEnd || answers.withLock { !$0.isEmpty } }

  func get(
    _ target: String, accept: String, until deadline: ContinuousClock.Instant, limit: Int?
  ) async throws -> APIAnswer {
    if target == "/apis" { return APIAnswer(status: 200, body: Data(#"{"groups":[]}"#.utf8)) }
    let answer = try next(target)
    return APIAnswer(status: answer.status, body: Data(answer.body.utf8))
  }

  func follow(
    _ target: String, accept: String,
    onBody: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> APIAnswer {
    let answer = try next(target)
    let body = Data(answer.body.utf8)
    if answer.status != 200 { return APIAnswer(status: answer.status, body: body) }
    if !body.isEmpty { body.withUnsafeBytes(onBody) }
    if answer.isCut { throw APIFailure.cut }
    try await answer.during?()
    return APIAnswer(status: 200, body: Data())
  }

  private func next(_ target: String) throws -> Answer {
    let (answer, next) = answers.withLock { answers -> (Answer?, String) in
      let next = answers.first?.target ?? "nothing"
      return (next == target ? answers.removeFirst() : nil, next)
    }
    guard let answer else {
      Issue.record("unexpected: \(target)\nnext is: \(next)", sourceLocation: location)
      throw APIFailure.cut
    }
    return answer
  }
}

/// Lends the first of its servers that is open, and has no tools.
final class ServerLender: CommandExecutor {
  private let servers: [ScriptedLogServer]

  init(_ servers: [ScriptedLogServer]) { self.servers = servers }

  func withAPI<Outcome: Sendable>(
    _ connection: Connection, for use: APIUse, _ body: (APIAccess?) async -> Outcome
  ) async -> Outcome {
    await body(
      servers.first(where: \.isOpen).map { APIAccess(server: $0, keepsReleases: false) })
  }

  func run(
    _ command: Command, onOutput: (@Sendable (OutputChunk) -> Void)?
  ) async throws -> CommandResult {
    Issue.record("a tool was asked: \(command.shellText)")
    throw UserMessage("there is no tool")
  }

  func follow(
    _ command: Command, onOutput: @escaping @Sendable (OutputChunk) -> Void
  ) async throws -> CommandExit {
    try await run(command, onOutput: onOutput).exit
  }

  func stop() async {}
}
