import Basics
import Foundation
import Glibc
import IPLeasesCore
import Logs
import SystemPackage

/// Carries out the effects that take time. Each kind has a slot; a new task in a slot cancels the
/// old one, except a running plan, which nothing but `stop` ends.
package final class EffectRunner {
  private enum Slot: Hashable {
    case reading, following, watching, baseline, planning, running, stopping, settingAside
    case activity, saving, importing, keeping, choosing, logs, logChange, logHits
  }

  private let service: any ConsoleService
  private let inbox: Inbox
  private let logs: LogFeed
  private var tasks: [Slot: Task<Void, Never>] = [:]

  package init(service: any ConsoleService, inbox: Inbox, logs: LogStore = LogStore()) {
    self.service = service
    self.inbox = inbox
    self.logs = LogFeed(store: logs, inbox: inbox)
  }

  /// - Returns: false for an effect that is for the loop itself (terminal, end).
  package func perform(_ effect: Effect) -> Bool {
    let service = service
    let inbox = inbox
    switch effect {
    case .read:
      start(.reading) {
        switch await service.facts(onEarly: { inbox.post(.factsComing($0)) }) {
        case .success(let facts): .factsRead(facts)
        case .failure(let message): .readFailed(message)
        }
      }
    case .stopReading: cancel(.reading)
    case .followFacts:
      tasks[.following]?.cancel()
      tasks[.following] = Task { await service.followFacts { inbox.post(.factsChanged($0)) } }
    case .followWatch:
      tasks[.watching]?.cancel()
      tasks[.watching] = Task { await service.followWatch { inbox.post(.watchChanged($0)) } }
    case .takeBaseline:
      start(.baseline) {
        switch await service.takeBaseline() {
        case .success(let look): .baselineTaken(look)
        case .failure(let message): .refused(message)
        }
      }
    case .makePlan(let request):
      start(.planning) {
        return switch await service.plan(request) {
        case .success(let plan): .planMade(plan, for: request)
        case .failure(let message): .planRefused(request, message)
        }
      }
    case .stopPlanning: cancel(.planning)
    case .run(let plan):
      tasks[.running] = Task {
        await service.run(plan) { inbox.post(.run($0)) }
      }
    case .stopRun: tasks[.stopping] = Task { await service.stop() }
    case .setAside(let step, let reason):
      start(.settingAside) {
        switch await service.setAside(step, reason: reason) {
        case .success: .setAsideSaved(step)
        case .failure(let message): .refused(message)
        }
      }
    case .setFindingAside(let code, let aside):
      start(.settingAside) {
        switch await service.setFindingAside(code, aside) {
        case .success: .findingKept(code)
        case .failure(let message): .refused(message)
        }
      }
    case .chooseWay(let way):
      start(.choosing) {
        await service.chooseWay(way)
        return .wayChosen(way)
      }
    case .readActivity: start(.activity) { .activityRead(await service.activity()) }
    case .importRanges(let path, let pool):
      start(.importing) {
        switch await service.importPool(path: path, pool: pool) {
        case .success(let imported): .poolImported(imported, pool: pool)
        case .failure(let message): .refused(message)
        }
      }
    case .keepDrafts(let drafts): keep(drafts)
    case .save(let text, let path): start(.saving) { Self.save(text, path: path) }
    case .followLogs: followLogs()
    case .filterLogs(let filter, let top): filterLogs(filter, around: top)
    case .foldLogs(let line, let isFolded):
      changeLogs { $0.setFolding(of: line, isFolded: isFolded) }
    case .findInLogs(let search): find(search)
    case .copy, .saveLogs, .plainPrint, .suspend, .redraw, .quit: return false
    }
    return true
  }

  /// The whole list of the view as text.
  package func save(_ view: LogView, _ redaction: Redaction, path: String) {
    start(.saving) {
      let lines = LogText.lines(view, 0..<view.rowCount, redaction)
      return Self.save(lines.map { $0 + "\n" }.joined(), path: path)
    }
  }

  private func followLogs() {
    let (service, logs) = (service, logs)
    tasks[.logs]?.cancel()
    tasks[.logs] = Task { await logs.follow(service) }
  }

  private func filterLogs(_ filter: LogFilter, around top: LogLineID?) {
    // What is left of the filter before is in vain.
    tasks[.logChange]?.cancel()
    changeLogs { $0.setFilter(filter, around: top) }
  }

  private func find(_ search: LogSearch) {
    let logs = logs
    tasks[.logHits]?.cancel()
    tasks[.logHits] = Task { logs.find(search) }
  }

  /// One after the other: what was asked for last is what holds in the end.
  private func changeLogs(_ change: @escaping @Sendable (LogFeed) -> Void) {
    let before = tasks[.logChange]
    let logs = logs
    tasks[.logChange] = Task {
      await before?.value
      change(logs)
    }
  }

  /// Reads are given up; a running plan is left to finish.
  package func cancelReading() {
    for slot in [
      Slot.reading, .following, .watching, .planning, .activity, .settingAside, .importing, .logs,
    ] {
      tasks[slot]?.cancel()
    }
  }

  /// Following the logs; what it started ends with it, once it is cancelled.
  package var logTask: Task<Void, Never>? { tasks[.logs] }

  /// Running a plan, which goes on after the loop has ended.
  package var runTask: Task<Void, Never>? { tasks[.running] }

  private func start(_ slot: Slot, _ work: @escaping @Sendable () async -> Event) {
    tasks[slot]?.cancel()
    let inbox = inbox
    tasks[slot] = Task {
      let event = await work()
      if !Task.isCancelled { inbox.post(event) }
    }
  }

  /// One after the other: the drafts of the last change are those that stay.
  private func keep(_ drafts: [String: KeptDraft]) {
    let earlier = tasks[.keeping]
    let (service, inbox) = (service, inbox)
    tasks[.keeping] = Task {
      await earlier?.value
      if case .failure(let message) = await service.keepDrafts(drafts) {
        inbox.post(.refused(message))
      }
    }
  }

  /// Returns when the drafts are kept, or after a second.
  package func finishKeeping() {
    guard let task = tasks[.keeping] else { return }
    let isKept = DispatchSemaphore(value: 0)
    Task {
      await task.value
      isKept.signal()
    }
    _ = isKept.wait(timeout: .now() + 1)
  }

  private func cancel(_ slot: Slot) {
    tasks[slot]?.cancel()
    tasks[slot] = nil
  }

  /// A new file of mode 0600; one that is there already is never written over.
  private static func save(_ text: String, path: String) -> Event {
    do throws(Errno) {
      let file = try OpenFile(path, .writeOnly, [.create, .exclusiveCreate])
      do throws(Errno) { try file.write(text.utf8) } catch {
        return .refused(notSaved(path, error, advice: "look for a full disk"))
      }
      return .saved(path: path)
    } catch {
      return .refused(notSaved(path, error, advice: "S again, with another name"))
    }
  }

  private static func notSaved(_ path: String, _ error: Errno, advice: Advice) -> UserMessage {
    UserMessage(
      "\(SafeText.line(path)) was not written", reason: error.description, advice: advice)
  }
}

extension LogFeed {
  /// Views are not made faster than frames are.
  private static let viewInterval = Duration.milliseconds(100)

  /// Fills the store until the task is cancelled, and shows it to the loop now and then.
  fileprivate func follow(_ service: any ConsoleService) async {
    let (signals, signal) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await service.followLogs { news in
          switch news {
          case .lines(let events):
            store.take(events)
            signal.yield()
          case .unread: inbox.post(.logNews(news))
          }
        }
      }
      group.addTask {
        for await _ in signals {
          showStore()
          do { try await Task.sleep(for: Self.viewInterval) } catch { return }
        }
      }
    }
  }
}
