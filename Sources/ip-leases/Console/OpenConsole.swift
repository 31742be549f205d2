import Cluster
import Console
import Foundation
import IPLeasesCore
import Terminal

/// The console, from its first frame until it is left.
enum OpenConsole {
  /// - Returns: the exit code, when the console is left.
  static func open(_ workplace: Workplace, _ options: GlobalOptions) async -> Int32 {
    let service = SessionService(workplace)
    let call = workplace.call
    // The loop has a thread of its own: it waits in poll(2), which no task may.
    let end = await withCheckedContinuation { (done: CheckedContinuation<End, Never>) in
      let thread = Thread {
        done.resume(returning: Self.show(service, workplace.settings, options, call))
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    workplace.answerSignals()
    defer { workplace.endReads() }
    // kubectl logs --follow would go on for as long as its container says nothing.
    await end.logTask?.value
    if await service.finishProof() { await giveBack(end.runTask, service, call) }
    return end.code
  }

  /// A removal that takes longer is left to itself: it outlives this process.
  private static let patience = Duration.seconds(15)

  /// Waits until the test Service of a proof is removed, and says so: the screen is gone by now.
  private static func giveBack(
    _ run: Task<Void, Never>?, _ service: SessionService, _ call: Call
  ) async {
    call.error(
      "The proof ends first: its test Service is removed, at most \(patience.components.seconds) s. "
        + "Ctrl-C leaves at once.\n")
    let (endings, ending) = AsyncStream<Void>.makeStream()
    let watch = Task {
      await run?.value
      ending.finish()
    }
    let limit = Task {
      try? await Task.sleep(for: patience)
      ending.finish()
    }
    for await _ in endings {}
    watch.cancel()
    limit.cancel()
    call.error(
      await service.session().owesSomething
        ? "It is still there; the next start of the console removes it.\n" : "It is removed.\n")
  }

  private struct End: Sendable {
    var code: Int32
    /// Ends with the tools it has started.
    var logTask: Task<Void, Never>?
    /// The plan that runs, or ran last.
    var runTask: Task<Void, Never>?
  }

  /// Opens the screen and runs the console until it is left.
  private static func show(
    _ service: SessionService, _ settings: ConsoleSettings, _ options: GlobalOptions, _ call: Call
  ) -> End {
    // Ctrl-\ on a page in the shell's own mode would leave a broken terminal behind.
    signal(SIGQUIT, SIG_IGN)
    let waiter = EventWaiter()
    let colors = options.colorChoice.allowsColor(environment: call.environment)
    let screen: NcursesScreen
    do {
      screen = try NcursesScreen(colors: colors, ascii: options.ascii)
    } catch {
      call.error("ip-leases: \(error)\n")
      return End(code: Exit.untold)
    }
    defer { screen.end() }
    let wakeup = waiter.wakeup
    let inbox = Inbox { wakeup.post() }
    var state = State(settings: settings, size: screen.size, now: Date())
    state.notice = screen.notice
    let desk = NcursesDesk(screen, call)
    let effects = EffectRunner(service: service, inbox: inbox)
    let program = Program(
      state: state, screen: screen, waiting: TerminalWaiting(waiter), desk: desk,
      inbox: inbox, effects: effects)
    let code = program.run()
    return End(code: code, logTask: effects.logTask, runTask: effects.runTask)
  }
}
