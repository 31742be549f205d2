/// How long a command waits for what it asks for.
extension Command {
  /// The same, waiting no longer than `limit`. A tool with a limit of its own is told; it gets the
  /// same time as before to say that it is over. What works instead of waiting is not cut off: a
  /// playbook that is ended half-way leaves half a cluster.
  func waiting(atMost limit: Duration) -> Command {
    guard tool != .ansiblePlaybook else { return self }
    var command = self
    guard let own = ownLimit else {
      command.timeLimit = min(timeLimit, limit)
      return command
    }
    guard limit < own.time else { return self }
    command.arguments.replaceSubrange(own.place, with: own.words(limit))
    command.timeLimit = limit + (timeLimit - own.time)
    return command
  }

  private struct OwnLimit {
    var place: Range<Int>
    var time: Duration
    /// helm's flag and its value are two words, kubectl's are one.
    var isOneWord: Bool

    func words(_ limit: Duration) -> [String] {
      let text = Command.seconds(limit)
      return isOneWord ? ["\(Command.limitFlag)=\(text)"] : [Command.limitFlag, text]
    }
  }

  private var ownLimit: OwnLimit? {
    let isOneWord = tool == .kubectl
    let index = arguments.firstIndex {
      isOneWord ? $0.hasPrefix("\(Self.limitFlag)=") : $0 == Self.limitFlag
    }
    guard let index else { return nil }
    let text =
      isOneWord
      ? arguments[index].dropFirst(Self.limitFlag.count + 1)
      : arguments.indices.contains(index + 1) ? arguments[index + 1][...] : ""
    guard text.hasSuffix("s"), let seconds = Int(text.dropLast()) else { return nil }
    return OwnLimit(
      place: index..<(index + (isOneWord ? 1 : 2)), time: .seconds(seconds), isOneWord: isOneWord)
  }

  static let limitFlag = "--timeout"

  static func seconds(_ time: Duration) -> String { "\(time.components.seconds)s" }
}
