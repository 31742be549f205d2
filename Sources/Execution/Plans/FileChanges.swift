import Foundation
import Glibc

/// Tells when a file may have changed, so that nobody has to look at it again and again.
package enum FileChanges {
  package typealias Stream = AsyncStream<Void>

  /// Between two looks where the kernel cannot tell.
  private static let interval = Duration.seconds(1)

  /// An element for whatever was written, made, moved or removed in the folder of `path`; those that
  /// nobody has taken yet are one. What changes before the first is taken is not missed.
  ///
  /// - Returns: also a way to wake the reader for another reason.
  package static func beside(_ path: String) -> (changes: Stream, wake: Stream.Continuation) {
    let (changes, wake) = Stream.makeStream(bufferingPolicy: .bufferingNewest(1))
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    let kinds = UInt32(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_TO)
    if descriptor >= 0, inotify_add_watch(descriptor, folder, kinds) >= 0 {
      listen(to: descriptor, wake)
    } else {
      // The user has no instance left, or there is no folder yet.
      if descriptor >= 0 { close(descriptor) }
      strike(wake)
    }
    return (changes, wake)
  }

  private static func listen(to descriptor: Int32, _ wake: Stream.Continuation) {
    // A source may be cancelled from any thread, which its type does not say.
    nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
    source.setEventHandler {
      var events = [UInt8](repeating: 0, count: 4_096)
      while read(descriptor, &events, events.count) > 0 {}
      wake.yield()
    }
    source.setCancelHandler { close(descriptor) }
    wake.onTermination = { _ in source.cancel() }
    source.resume()
  }

  private static func strike(_ wake: Stream.Continuation) {
    let clock = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        wake.yield()
      }
    }
    wake.onTermination = { _ in clock.cancel() }
  }
}
