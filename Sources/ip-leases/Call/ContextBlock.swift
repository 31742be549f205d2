import Basics
import Foundation
import Synchronization
import SystemPackage

/// What is said about one context of several, kept until it may be told.
final class ContextBlock: Streams {
  private struct State {
    var output = ""
    var errors = ""
    var isText = true
    var metrics: OpenMetrics?
  }

  let context: String
  private let streams: any Streams
  private let state = Mutex(State())

  init(_ context: String, _ streams: any Streams) {
    self.context = context
    self.streams = streams
  }

  var said: (output: String, errors: String) { state.withLock { ($0.output, $0.errors) } }
  var isText: Bool { state.withLock { $0.isText } }
  var metrics: OpenMetrics? { state.withLock { $0.metrics } }

  func keep(_ metrics: OpenMetrics) { state.withLock { $0.metrics = metrics } }

  /// The document with the context that it is about.
  func named(_ json: String) -> String {
    state.withLock { $0.isText = false }
    guard var value = try? JSONText.parse(json) else { return json }
    value["context"] = .string(context)
    return JSONText.compact(value)
  }

  // MARK: Streams

  var helpColumns: Int? { streams.helpColumns }
  /// Nobody can be asked while several are told of.
  func isTerminal(_ stream: StandardStream) -> Bool { false }

  func write(_ text: String, to stream: StandardStream) -> Errno? {
    state.withLock { state in
      switch stream {
      case .input: return .badFileDescriptor
      case .output: state.output += text
      case .error: state.errors += text
      }
      return nil
    }
  }

  func read(upToCount count: Int) throws -> Data { Data() }
  func forgetTyped() {}
  func nextLine() -> String? { nil }
  func watchReader(_ onGone: @escaping @Sendable () -> Void) { streams.watchReader(onGone) }
}
