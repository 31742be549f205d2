import Foundation

/// What every front end does with a cluster: read, plan, run, look back. The console and the
/// command line are two users of it.
package struct Session: Sendable {
  package let settings: ConsoleSettings

  package init(settings: ConsoleSettings) { self.settings = settings }
}
