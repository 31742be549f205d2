import Testing

/// Lets the tests of a suite run one after another with those of every other suite that has this
/// trait. For tests that start processes or wait for a terminal: they watch the clock, and many of
/// them at once on two cores would only wait for each other.
package struct OneAtATime: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  private static let turn = Turn()

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    // The suite itself is no test; its tests take their turns.
    guard testCase != nil else { return try await function() }
    await Self.turn.take()
    do { try await function() } catch {
      await Self.turn.leave()
      throw error
    }
    await Self.turn.leave()
  }
}

extension Trait where Self == OneAtATime {
  package static var oneAtATime: Self { OneAtATime() }
}

private actor Turn {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
