import Basics
import Execution
import Foundation

/// Follows the objects of one listing: lists them, then watches from there. A watch that the server
/// closes goes on; where too much was missed they are listed anew.
package struct ObjectWatch: Sendable {
  package enum News: Sendable {
    case listed([any ClusterObject])
    case changed(any ClusterObject)
    case deleted(any ClusterObject)
    case failed(LiveObjects.Trouble)
    /// It is read at intervals: this user may list, not watch.
    case readAtIntervals
    /// The server does not answer; why.
    case silent(UserMessage)
    /// It answers again.
    case answers
  }

  let listing: Listing
  let source: ClusterSource
  let emit: @Sendable (News) -> Void

  /// Between two tries, at first and at most.
  private static let firstPause = Duration.milliseconds(250)
  private static let longestPause = Duration.seconds(5)
  /// Between two looks at what cannot be watched, or is not there.
  private static let interval = Duration.seconds(10)
  /// Seconds after which the server closes a watch; without it the server itself takes 30-60 min.
  private static let watchLimit = 1_800

  /// Until it is cancelled, or the way to the server is gone.
  func run() async {
    var pause = Self.firstPause
    while !Task.isCancelled, await source.isOpen {
      switch await source.list(listing) {
      case .items(let list, let path):
        pause = Self.firstPause
        emit(.answers)
        emit(.listed(list.items))
        await watch(path, from: list.resourceVersion)
        await rest(Self.firstPause)
      case .absent:
        emit(.answers)
        emit(.failed(.absent))
        await rest(Self.interval)
      case .refused(let problem):
        emit(.answers)
        emit(.failed(.unreadable(problem)))
        await rest(Self.interval)
      case .silent(let problem):
        guard !Task.isCancelled else { return }
        emit(.silent(problem))
        await rest(pause)
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  /// Until they must be listed anew.
  private func watch(_ path: String, from start: String?) async {
    guard var place = start else {
      emit(.readAtIntervals)
      return await rest(Self.interval)
    }
    var pause = Self.firstPause
    while !Task.isCancelled, await source.isOpen {
      let end = await follow(path, &place)
      switch end {
      case .closed: pause = Self.firstPause
      case .tooOld: return
      case .forbidden:
        emit(.readAtIntervals)
        return await rest(Self.interval)
      case .cut:
        guard !Task.isCancelled else { return }
        if let problem = await source.silence {
          guard !Task.isCancelled else { return }
          emit(.silent(problem))
          repeat {
            await rest(pause)
            pause = min(pause * 2, Self.longestPause)
          } while await source.isSilentNow && !Task.isCancelled
          emit(.answers)
        }
        await rest(Self.firstPause)
      }
    }
  }

  private enum End {
    case closed, tooOld, forbidden, cut
  }

  private func follow(_ path: String, _ place: inout String) async -> End {
    let target =
      "\(path)watch=1&allowWatchBookmarks=true&resourceVersion=\(place)"
      + "&timeoutSeconds=\(Self.watchLimit)"
    let (pieces, feed) = AsyncStream<Data>.makeStream()
    return await withTaskGroup(of: End?.self) { group in
      group.addTask {
        defer { feed.finish() }
        switch await source.follow(target, onBody: { feed.yield(Data($0)) }) {
        case 200?: return .closed
        case 410?: return .tooOld
        case 403?, 405?: return .forbidden
        default: return .cut
        }
      }
      var splitter = LineSplitter()
      let decoder = ObjectList.decoder(of: [listing.resource])
      var isBroken = false
      pieces: for await piece in pieces {
        guard let lines = splitter.take(piece) else {
          isBroken = true
          break
        }
        for line in lines {
          guard let line = try? decoder.decode(WatchLine.self, from: line), take(line, &place)
          else {
            isBroken = true
            break pieces
          }
        }
      }
      if isBroken { group.cancelAll() }
      let end = await group.next() ?? nil
      return isBroken ? .tooOld : end ?? .cut
    }
  }

  /// - Returns: false where it does not go on from here.
  private func take(_ line: WatchLine, _ place: inout String) -> Bool {
    switch line {
    case .changed(let object):
      emit(.changed(object))
      place = object.metadata.resourceVersion ?? place
    case .deleted(let object):
      emit(.deleted(object))
      place = object.metadata.resourceVersion ?? place
    case .bookmark(let version): place = version
    case .ended: return false
    }
    return true
  }

  private func rest(_ pause: Duration) async { try? await Task.sleep(for: pause) }
}
