import Basics
import Execution
import Foundation
import Synchronization

/// What containers write, and the pods they are of.
extension ClusterSource {
  /// Of what a tool complains of, its last words are kept; in bytes.
  private static let mostErrors = 8 << 10
  /// As kubectl says that a connection was cut.
  private static let cut = "error: unexpected EOF"

  /// Each piece of a log as it comes, until the server ends it.
  ///
  /// - Returns: why it failed; nil where it ended well.
  package func stream(
    _ log: ContainerLog, onBytes: @escaping @Sendable ([UInt8]) -> Void
  ) async -> UserMessage? {
    let command = log.command(connection)
    return await renewed { source in
      guard let target = log.target, await source.isOpen, let access = source.access else {
        return await source.stream(command, onBytes)
      }
      do {
        let answer = try await access.server.follow(target, accept: APIAnswer.json) { bytes in
          onBytes(Array(bytes))
        }
        return answer.status == 200 ? nil : Self.failure(command, answer.words)
      } catch is CancellationError {
        return Self.givenUp(command)
      } catch {
        return Self.failure(command, Self.cut)
      }
    }
  }

  private func stream(
    _ command: Command, _ onBytes: @escaping @Sendable ([UInt8]) -> Void
  ) async -> UserMessage? {
    let errors = Mutex(Data())
    do {
      let exit = try await executor.follow(command) { chunk in
        if chunk.isError {
          errors.withLock { $0 = ($0 + chunk.bytes).suffix(Self.mostErrors) }
        } else {
          onBytes(chunk.bytes)
        }
      }
      if exit.isSuccess { return nil }
      return ToolFailure.message(
        for: command, CommandResult(exit: exit, standardError: errors.withLock(\.self)),
        redaction: Redaction())
    } catch let message as UserMessage {
      return message
    } catch {
      return Self.givenUp(command)
    }
  }

  package enum PodNow: Sendable {
    case here(Pod)
    case gone
    case unknown(UserMessage)
  }

  /// A pod as the cluster shows it now.
  package func pod(_ name: String, in namespace: String) async -> PodNow {
    let command = Kubectl(connection).get(
      ["pods"], namespace: namespace, names: [name], purpose: "read the pod \(name)")
    return await renewed { source in
      guard let target = URLWords.path(ofPod: name, in: namespace), await source.isOpen,
        let access = source.access
      else { return await source.pod(command) }
      do {
        let answer = try await access.server.get(
          target, accept: APIAnswer.json, until: .now + command.timeLimit, limit: nil)
        if answer.status == 200 { return Self.pod(in: answer.body, command) }
        return answer.isNotFound ? .gone : .unknown(Self.failure(command, answer.words))
      } catch APIFailure.timedOut {
        return .unknown(
          ToolFailure.message(
            for: command, CommandResult(exit: .timedOut), redaction: Redaction()))
      } catch is CancellationError {
        return .unknown(Self.givenUp(command))
      } catch {
        return .unknown(Self.failure(command, Self.cut))
      }
    }
  }

  private func pod(_ command: Command) async -> PodNow {
    do {
      let result = try await executor.run(command)
      guard result.exit.isSuccess else {
        return .unknown(ToolFailure.message(for: command, result, redaction: Redaction()))
      }
      // With --ignore-not-found a missing object is an empty output and exit code 0.
      if result.standardOutput.isEmpty { return .gone }
      return Self.pod(in: result.standardOutput, command)
    } catch let message as UserMessage {
      return .unknown(message)
    } catch {
      return .unknown(UserMessage("\(command.purpose) failed", reason: "\(error)"))
    }
  }

  private static func pod(in answer: Data, _ command: Command) -> PodNow {
    if let pod = try? JSONDecoder.withTimes.decode(Pod.self, from: answer) { return .here(pod) }
    return .unknown(
      UserMessage(
        "\(command.purpose) failed", reason: "the answer is not what kubectl prints as JSON",
        advice: "look at \(command.shellText)"))
  }

  private static func failure(_ command: Command, _ words: String) -> UserMessage {
    ToolFailure.message(
      for: command, CommandResult(exit: .code(1), standardError: Data(words.utf8)),
      redaction: Redaction())
  }

  private static func givenUp(_ command: Command) -> UserMessage {
    UserMessage("\(command.purpose) was given up")
  }
}
