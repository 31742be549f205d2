import Foundation
import Synchronization
import SystemPackage

@testable import ip_leases

/// Streams that keep what is written to them; what is read from them was given before.
final class RecordedStreams: Streams {
  private struct State {
    var input: Data
    var output = Data()
    var errors = Data()
  }

  private let terminals: Set<StandardStream>
  private let state: Mutex<State>

  let helpColumns: Int? = 80

  init(input: String = "", terminals: Set<StandardStream> = []) {
    self.terminals = terminals
    state = Mutex(State(input: Data(input.utf8)))
  }

  func written(to stream: StandardStream) -> Data {
    state.withLock { state in
      switch stream {
      case .input: Data()
      case .output: state.output
      case .error: state.errors
      }
    }
  }

  func isTerminal(_ stream: StandardStream) -> Bool { terminals.contains(stream) }

  func write(_ text: String, to stream: StandardStream) -> Errno? {
    state.withLock { state in
      switch stream {
      case .input: return .badFileDescriptor
      case .output: state.output += Data(text.utf8)
      case .error: state.errors += Data(text.utf8)
      }
      return nil
    }
  }

  func read(upToCount count: Int) -> Data {
    state.withLock { state in
      defer { state.input = state.input.dropFirst(count) }
      return state.input.prefix(count)
    }
  }

  /// Nothing is typed before a question: what was given is for what is asked.
  func forgetTyped() {}

  func nextLine() -> String? {
    state.withLock { state in
      if state.input.isEmpty { return nil }
      let line = state.input.prefix { $0 != UInt8(ascii: "\n") }
      state.input = state.input.dropFirst(line.count + 1)
      return String(decoding: line, as: UTF8.self)
    }
  }

  func watchReader(_ onGone: @escaping @Sendable () -> Void) {}
}
