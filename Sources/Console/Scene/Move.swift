import ConsoleKit
import Execution
import IPLeasesCore

/// What a pane or an overlay asks of the console. They are made in their order.
package enum Move: Sendable {
  case perform(Effect)
  case say(String)
  /// Over whatever is shown.
  case open(any Overlay)
  /// The uppermost overlay.
  case close
  /// Without anything over it.
  case show(PaneID)
  /// To the pane that has it, with the cursor on it.
  case go(to: Target)
  /// What is known of it, over whatever is shown.
  case explain(Target)
  /// A plan is made and shown; the question comes first where its input is open.
  case ask(PlanRequest, onDiff: Bool = false)
  /// The word of a plan was typed: without that word nobody can make this move.
  case run(Plan, PlanRequest, TypedWord.Typed)
  case stopRun
  /// Not only what has a problem.
  case showAll
  case search(String)
  /// As if the key of the action had been pressed.
  case act(KeyAction)
  case remember(answer: String, StepID)
  case saveText(path: String)
  case changePane(PaneID, @Sendable (inout any Pane, Known) -> [Move])

  /// Changes what one pane holds.
  package static func change<Own: Pane>(
    _ body: @escaping @Sendable (inout Own, Known) -> [Move]
  ) -> Move {
    .changePane(Own.id) { pane, known in
      guard var own = pane as? Own else { return [] }
      let moves = body(&own, known)
      pane = own
      return moves
    }
  }
}

/// A thing that one pane shows and others lead to.
package enum Target: Hashable, Sendable {
  case step(StepID)
  case check(String)
}
