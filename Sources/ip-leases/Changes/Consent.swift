import Basics
import Execution
import Foundation
import IPLeasesCore

/// The typed word, or its headless form.
struct Consent: Sendable {
  let call: Call
  /// `--yes`.
  let isGiven: Bool
  /// `--accept-touch N`.
  let acceptedTouch: Int?
  let context: String

  /// - Returns: why the plan may not run; nil if it may.
  @Sendable func ask(_ plan: Plan) async -> UserMessage? {
    if let acceptedTouch, acceptedTouch != plan.touchedServices, plan.touchedServices > 0 {
      return UserMessage(
        "This plan moves \(plan.touchedServices) Service(s), not \(acceptedTouch).",
        advice: "Look at the plan, then give --accept-touch \(plan.touchedServices).")
    }
    if isGiven {
      guard plan.touchedServices > 0, acceptedTouch != plan.touchedServices else { return nil }
      return UserMessage(
        "This plan moves \(plan.touchedServices) Service(s) that hold an address; --yes alone is "
          + "not enough for that.",
        advice: "If that is meant: --accept-touch \(plan.touchedServices).")
    }
    guard plan.changesSomething else { return nil }
    guard call.streams.isTerminal(.input) else {
      return UserMessage(
        "There is no terminal to type the word at.", advice: "Give --yes to run without questions."
      ).untold
    }
    return typed(plan)
  }

  private func typed(_ plan: Plan) -> UserMessage? {
    // What was typed before the question is no answer to it.
    call.streams.forgetTyped()
    call.error("Type \(plan.confirmationWord) to run this on \(context); anything else stops: ")
    let word = call.streams.nextLine()?.trimmingCharacters(in: .whitespaces)
    return word == plan.confirmationWord
      ? nil : UserMessage("Nothing was run: the word was not typed.")
  }
}
