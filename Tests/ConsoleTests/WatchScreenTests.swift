import Terminal
import TestSupport
import Testing

@testable import Console

/// The pane Watch as it is on screen.
struct WatchScreenTests {
  @Test func withoutABaselineAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.quiet).screen,
      """
      """)
  }

  @Test func withoutABaselineAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.quiet, rows: 40, columns: 120).screen,
      """
      """)
  }

  @Test func everythingKeptAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.kept).screen,
      """
      """)
  }

  @Test func everythingKeptAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.kept, rows: 40, columns: 120).screen,
      """
      """)
  }

  @Test func waitingAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.waiting).screen,
      """
      """)
  }

  @Test func waitingAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.waiting, rows: 40, columns: 120).screen,
      """
      """)
  }

  @Test func anUpgradeGoneWrongAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.broken).screen,
      """
      """)
  }

  @Test func anUpgradeGoneWrongAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.broken, rows: 40, columns: 120).screen,
      """
      """)
  }

  @Test func afterAGapAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.gap).screen,
      """
      """)
  }

  @Test func afterAGapAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.gap, rows: 40, columns: 120).screen,
      """
      """)
  }
}
