import ArgumentParser
import Basics
import IPLeasesCore

/// One answer about several contexts: each is asked as if it were the only one, all side by side, and
/// told in the order in which they were named.
struct ContextBlocks {
  let options: GlobalOptions
  let call: Call

  /// - Throws: `ExitCode`, the worst of them.
  static func answer(
    _ options: GlobalOptions, _ contexts: ContextOptions, _ call: Call,
    _ answer: @escaping @Sendable (GlobalOptions, Call) async throws -> Void
  ) async throws {
    guard contexts.allContexts || options.context.count > 1 else {
      return try await answer(options, call)
    }
    let names =
      contexts.allContexts
      ? try await Workplace(options, call).contexts() : unique(options.context)
    throw ExitCode(await ContextBlocks(options: options, call: call).run(names, answer))
  }

  private func run(
    _ names: [String], _ answer: @escaping @Sendable (GlobalOptions, Call) async throws -> Void
  ) async -> Int32 {
    let blocks = names.map { ContextBlock($0, call.streams) }
    var codes: [Int: Int32] = [:]
    var told = 0
    await withTaskGroup(of: (Int, Int32).self) { group in
      for (index, block) in blocks.enumerated() {
        group.addTask { (index, await code(of: block, answer)) }
      }
      while let (index, code) = await group.next() {
        codes[index] = code
        // What is there is told, as far as nothing before it is still waited for.
        while told < blocks.count, codes[told] != nil {
          tell(blocks[told], isFirst: told == 0)
          told += 1
        }
      }
    }
    var metrics = OpenMetrics()
    var hasMetrics = false
    for block in blocks {
      guard let own = block.metrics else { continue }
      metrics.add(own, context: block.context)
      hasMetrics = true
    }
    if hasMetrics { call.output(metrics.text) }
    return Self.worst(codes.values)
  }

  private func code(
    of block: ContextBlock,
    _ answer: @Sendable (GlobalOptions, Call) async throws -> Void
  ) async -> Int32 {
    var options = options
    options.context = [block.context]
    var own = call
    own.streams = block
    own.block = block
    own.ownOptions = GlobalOptions.choosing(block.context, in: call.ownOptions)
    do {
      try await answer(options, own)
      return Exit.holds
    } catch let exit as ExitCode {
      return exit.rawValue
    } catch {
      own.error("\(error)\n")
      return Exit.untold
    }
  }

  private func tell(_ block: ContextBlock, isFirst: Bool) {
    let (output, errors) = block.said
    for line in errors.split(separator: "\n") {
      call.error("\(SafeText.line(block.context, limit: 80)): \(line)\n")
    }
    if block.isText, !output.isEmpty {
      call.output("\(isFirst ? "" : "\n")# \(SafeText.line(block.context, limit: 200))\n")
    }
    call.output(output)
  }

  /// What does not hold weighs more than what could not be told, as within one context.
  private static func worst(_ codes: some Collection<Int32>) -> Int32 {
    let order = [Exit.holds, Exit.untold, Exit.doesNotHold, Exit.usage, Exit.interrupted]
    return codes.max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
      ?? Exit.untold
  }

  private static func unique(_ names: [String]) -> [String] {
    names.enumerated().filter { names.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }
}
