import ArgumentParser

/// The formats of an answer, some of which are documents for other programs.
protocol AnswerFormat: ExpressibleByArgument, CaseIterable, RawRepresentable<String> {}

extension AnswerFormat {
  /// nil: it is text of its own kind.
  var document: DocumentForm? { DocumentForm(rawValue: rawValue) }
}

/// How a subcommand prints what it found.
enum OutputFormat: String, AnswerFormat { case text, json, yaml }

/// How a plan is printed.
enum PlanFormat: String, AnswerFormat { case text, json, yaml, script }

/// How `status` prints.
enum StatusFormat: String, AnswerFormat { case text, json, yaml, openmetrics }

/// How `verify` prints.
enum VerifyFormat: String, AnswerFormat { case text, json, yaml, junit, openmetrics }

extension Call {
  /// A document in the format that was asked for, which is not text.
  ///
  /// - Parameter isLine: one of many.
  func show(_ value: some Encodable, as format: some AnswerFormat, isLine: Bool = false) {
    if let form = format.document { show(value, in: form, isLine: isLine) }
  }
}
