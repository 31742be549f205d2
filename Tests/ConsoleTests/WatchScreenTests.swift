import ConsoleKit
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
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 4 Logs 5 Verify 6/10 [6 Watch]    12:04:31Z
       WATCH    since the console began, no baseline                   from 11:50:00Z
       SO FAR   12 of 12 are as they were
       DO       b before an upgrade: its verdict then stands in every title.
      ── Promises ──────────────────────────────── baseline ──── now ─────────── ─────
      > every Service keeps its address            2             2               kept
        one node announces each address            2             2               kept
        pools and advertisements stay as they were 1 pool(s), 1 advertisement(s) kept
        MetalLB's metrics answer                   16            16              kept
        the operator counts what the pool holds    16            16              kept
        the provider answers                       yes           yes             kept
        no lease is lost                           2, 2 with an address          kept
        the provider sells what is free            14            14              kept
        …4 more kept
      ── Timeline ────────────────────────────────────────────────────────────────────
       11:50:00Z watch the console began





      Kept. i shows what it is judged by.
      b Baseline  d Diff  1-6 Pane  Enter Open  i Why  r Re-read  @ Activity  ? Help
      """)
  }

  @Test func withoutABaselineAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.quiet, rows: 40, columns: 120).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53  4 Logs  5 Verify 6/10 [6 Watch]                                 as of 12:04:31Z
       WATCH    since the console began, no baseline                                                           from 11:50:00Z
       SO FAR   12 of 12 are as they were
       DO       b before an upgrade: its verdict then stands in every title.
      ── Promises ──────────────────────────────── baseline ──── now ─────────── ─────│ ── addresses ─────────────────────────
      > every Service keeps its address            2             2               kept │  promise   every Service keeps its
        one node announces each address            2             2               kept │            address
        pools and advertisements stay as they were 1 pool(s), 1 advertisement(s) kept │  state     kept
        MetalLB's metrics answer                   16            16              kept │  baseline  2
        the operator counts what the pool holds    16            16              kept │  now       2
        the provider answers                       yes           yes             kept │
        no lease is lost                           2, 2 with an address          kept │
        the provider sells what is free            14            14              kept │
        no container restarts or waits             5 of 5 ready  5 of 5 ready    kept │
        strict ARP as before                       in effect     in effect       kept │
        no other release changes, none is pending  2 of 2 deployed               kept │
        what passed verify passes                  2 of 2 pass   2 of 2 pass     kept │
                                                                                      │
                                                                                      │
      ── Timeline ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       11:50:00Z watch the console began
















      Kept. i shows what it is judged by.
      b Baseline   d Diff   1-6 Pane   Enter Open   i Why   r Re-read   @ Activity   : Command   q Back   ? Help
      """)
  }

  @Test func everythingKeptAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.kept).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE        GO ON  1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 4 Logs 5 Verify 6/10 [6 Watch 12/12]
       WATCH    nothing is upgraded yet                                from 11:50:00Z
       VERDICT  GO ON     all 12 are kept since 11:50:00Z
       DO       go on. b takes the baseline of the next upgrade.
      ── Promises ──────────────────────────────── baseline ──── now ─────────── ─────
      > every Service keeps its address            2             2               kept
        one node announces each address            2             2               kept
        pools and advertisements stay as they were 1 pool(s), 1 advertisement(s) kept
        MetalLB's metrics answer                   16            16              kept
        the operator counts what the pool holds    16            16              kept
        the provider answers                       yes           yes             kept
        no lease is lost                           2, 2 with an address          kept
        the provider sells what is free            14            14              kept
        …4 more kept
      ── Timeline ────────────────────────────────────────────────────────────────────
       11:50:00Z watch the baseline was taken





      Kept. i shows what it is judged by.
      a Plan..  b Baseline  d Diff  1-6 Pane  Enter Open  i Why  r Re-read  ? Help
      """)
  }

  @Test func everythingKeptAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.kept, rows: 40, columns: 120).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                GO ON  1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53  4 Logs  5 Verify 6/10 [6 Watch 12/12]                           as of 12:04:31Z
       WATCH    nothing is upgraded yet                                                                        from 11:50:00Z
       VERDICT  GO ON     all 12 are kept since 11:50:00Z
       DO       go on. b takes the baseline of the next upgrade.
      ── Promises ──────────────────────────────── baseline ──── now ─────────── ─────│ ── addresses ─────────────────────────
      > every Service keeps its address            2             2               kept │  promise   every Service keeps its
        one node announces each address            2             2               kept │            address
        pools and advertisements stay as they were 1 pool(s), 1 advertisement(s) kept │  state     kept
        MetalLB's metrics answer                   16            16              kept │  baseline  2
        the operator counts what the pool holds    16            16              kept │  now       2
        the provider answers                       yes           yes             kept │
        no lease is lost                           2, 2 with an address          kept │
        the provider sells what is free            14            14              kept │
        no container restarts or waits             5 of 5 ready  5 of 5 ready    kept │
        strict ARP as before                       in effect     in effect       kept │
        no other release changes, none is pending  2 of 2 deployed               kept │
        what passed verify passes                  2 of 2 pass   2 of 2 pass     kept │
                                                                                      │
                                                                                      │
      ── Timeline ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       11:50:00Z watch the baseline was taken
















      Kept. i shows what it is judged by.
      a Plan..   b Baseline   d Diff   1-6 Pane   Enter Open   i Why   r Re-read   @ Activity   : Command   q Back   ? Help
      """)
  }

  @Test func waitingAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.waiting).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE         WAIT  1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 4 Logs 5 Verify 6/10 [6 Watch 10/12]
       WATCH    MetalLB v0.14.8 to v0.15.3                             from 11:50:00Z
       VERDICT  WAIT      MetalLB's metrics answer: connection refused
       DO       nothing yet: what is open is given its time.
      ── Promises ──────────────────────────────── baseline now ────── ──────────────
        every Service keeps its address            2         2          kept
        one node announces each address            2         2          kept
        pools and advertisements stay as they were 1 pool(s), 1 advert… kept
      > MetalLB's metrics answer                   16        silent     WAIT 11:58:58Z
        the operator counts what the pool holds    16        16         kept
        the provider answers                       yes       yes        kept
        no lease is lost                           2, 2 with an address kept
        the provider sells what is free            14        14         unknown
        …4 more kept
      ── Timeline ────────────────────────────────────────────────────────────────────
       11:57:58Z mlb   version: v0.14.8 to v0.15.3
       11:57:58Z mlb   metrics: total 16 to silent
       11:57:58Z mlb   controller-1 is gone
       11:57:58Z mlb   controller-2 is new: v0.14.8 to v0.15.3
       11:57:55Z helm  release metallb-system/metallb: revision 2, metallb-0.15.3, de…
       11:50:00Z watch the baseline was taken
      It waits: connection refused
      a Plan..  b Baseline  d Diff  1-6 Pane  Enter Open  e Next problem  ? Help
      """)
  }

  @Test func waitingAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.waiting, rows: 40, columns: 120).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                 WAIT  1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53  4 Logs  5 Verify 6/10 [6 Watch 10/12]                           as of 12:04:31Z
       WATCH    MetalLB v0.14.8 to v0.15.3                                                                     from 11:50:00Z
       VERDICT  WAIT      MetalLB's metrics answer: connection refused
       DO       nothing yet: what is open is given its time.
      ── Promises ──────────────────────────────── baseline now ────── ────────────── │ ── metrics ───────────────────────────
        every Service keeps its address            2         2          kept          │  promise   MetalLB's metrics answer
        one node announces each address            2         2          kept          │  state     WAIT: not as promised, and
        pools and advertisements stay as they were 1 pool(s), 1 advert… kept          │            given time
      > MetalLB's metrics answer                   16        silent     WAIT 11:58:58Z│  baseline  16
        the operator counts what the pool holds    16        16         kept          │  now       silent
        the provider answers                       yes       yes        kept          │  why       connection refused
        no lease is lost                           2, 2 with an address kept          │  waits to  11:58:58Z
        the provider sells what is free            14        14         unknown       │
        no container restarts or waits             5 of 5 ready         kept          │
        strict ARP as before                       in effect in effect  kept          │
        no other release changes, none is pending  2 of 2 deployed      kept          │
        what passed verify passes                  2 of 2 pass          kept          │
                                                                                      │
                                                                                      │
      ── Timeline ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       11:57:58Z mlb   version: v0.14.8 to v0.15.3
       11:57:58Z mlb   metrics: total 16 to silent
       11:57:58Z mlb   controller-1 is gone
       11:57:58Z mlb   controller-2 is new: v0.14.8 to v0.15.3
       11:57:55Z helm  release metallb-system/metallb: revision 2, metallb-0.15.3, deployed
       11:50:00Z watch the baseline was taken











      It waits: connection refused
      a Plan..   b Baseline   d Diff   1-6 Pane   Enter Open   e Next problem   i Why   r Re-read   @ Activity   ? Help
      """)
  }

  @Test func anUpgradeGoneWrongAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.broken).screen,
      """
      IP-LEASES provider.examp…  ctx prod  READ-WRITE GO BACK 11:58:09Z  1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 4 Logs 5 Verify 6/10 [6 Watch 9/12]
       WATCH    MetalLB v0.14.8 to v0.16.1                             from 11:50:00Z
       VERDICT  GO BACK   MetalLB's metrics answer: MetalLB v0.16.1 serves its
                          metrics over HTTPS with a token only: connection refused, …
       DO       helm -n metallb-system rollback metallb 1 --wait
      ── Promises ──────────────────────────────── baseline now ───── ────────────────
        every Service keeps its address            2        2         kept
        one node announces each address            2        2         kept
        pools and advertisements stay as they were 1 pool(s), 1 adve… kept
      > MetalLB's metrics answer                   16       silent    BROKEN 11:58:09Z
        the operator counts what the pool holds    16       locked    WAIT 11:59:42Z
        the provider answers                       yes      yes       kept
        the provider sells what is free            14       14        unknown
        …5 more kept
      ── Timeline ────────────────────────────────────────────────────────────────────
       11:58:12Z op    operator: counts 16 to locked
       11:58:09Z mlb   metrics: total 16 to silent
       11:58:02Z mlb   speaker-1 is gone
       11:58:02Z mlb   speaker-2 is new: v0.14.8 to v0.16.1
       11:57:58Z mlb   version: v0.14.8 to v0.16.1
       11:57:58Z mlb   controller-1 is gone
      Broken: MetalLB v0.16.1 serves its metrics over HTTPS with a token only: connec…
      b Baseline  d Diff  1-6 Pane  Enter Open  e Next problem  i Why  ? Help
      """)
  }

  @Test func anUpgradeGoneWrongAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.broken, rows: 40, columns: 120).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                    GO BACK 11:58:09Z  1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53  4 Logs  5 Verify 6/10 [6 Watch 9/12]                            as of 12:04:31Z
       WATCH    MetalLB v0.14.8 to v0.16.1                                                                     from 11:50:00Z
       VERDICT  GO BACK   MetalLB's metrics answer: MetalLB v0.16.1 serves its metrics over HTTPS with a token only:
                          connection refused, since 11:58:09Z
       DO       helm -n metallb-system rollback metallb 1 --wait
      ── Promises ──────────────────────────────── baseline now ───── ────────────────│ ── metrics ───────────────────────────
        every Service keeps its address            2        2         kept            │  promise   MetalLB's metrics answer
        one node announces each address            2        2         kept            │  state     BROKEN
        pools and advertisements stay as they were 1 pool(s), 1 adve… kept            │  baseline  16
      > MetalLB's metrics answer                   16       silent    BROKEN 11:58:09Z│  now       silent
        the operator counts what the pool holds    16       locked    WAIT 11:59:42Z  │  why       MetalLB v0.16.1 serves its
        the provider answers                       yes      yes       kept            │            metrics over HTTPS with a
        no lease is lost                           2, 2 with an addr… kept            │            token only: connection
        the provider sells what is free            14       14        unknown         │            refused
        no container restarts or waits             5 of 5 ready       kept            │  since     11:58:09Z
        strict ARP as before                       in effect          kept            │
        no other release changes, none is pending  2 of 2 deployed    kept            │
        what passed verify passes                  2 of 2 pass        kept            │
                                                                                      │
                                                                                      │
      ── Timeline ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       11:58:12Z op    operator: counts 16 to locked
       11:58:09Z mlb   metrics: total 16 to silent
       11:58:02Z mlb   speaker-1 is gone
       11:58:02Z mlb   speaker-2 is new: v0.14.8 to v0.16.1
       11:57:58Z mlb   version: v0.14.8 to v0.16.1
       11:57:58Z mlb   controller-1 is gone
       11:57:58Z mlb   controller-2 is new: v0.14.8 to v0.16.1
       11:57:55Z helm  release metallb-system/metallb: revision 2, metallb-0.16.1, deployed
       11:50:00Z watch the baseline was taken







      Broken: MetalLB v0.16.1 serves its metrics over HTTPS with a token only: connection refused
      b Baseline   d Diff   1-6 Pane   Enter Open   e Next problem   i Why   r Re-read   @ Activity   : Command   ? Help
      """)
  }

  @Test func afterAGapAt80x24() {
    expectScreen(
      Fixtures.watchPane(WatchStory.gap).screen,
      """
      IP-LEASES provider.examp…  ctx prod  READ-WRITE GO BACK 12:03:10Z  1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 4 Logs 5 Verify 6/10 [6 Watch 11/12]
       WATCH    unseen 11:52:00Z to 12:03:10Z; nothing is upgraded yet from 11:50:00Z
       VERDICT  GO BACK   every Service keeps its address: one/web-ip has
                          203.0.113.200 in place of 203.0.113.193, since 12:03:10Z
       DO       see what broke: e goes there, i shows the evidence
      ── Promises ──────────────────────────────── baseline now ───── ────────────────
      > every Service keeps its address            2        2         BROKEN 12:03:10Z
        one node announces each address            2        2         kept
        pools and advertisements stay as they were 1 pool(s), 1 adve… kept
        MetalLB's metrics answer                   16       16        kept
        the operator counts what the pool holds    16       16        kept
        the provider answers                       yes      yes       kept
        no lease is lost                           2, 2 with an addr… kept
        …5 more kept
      ── Timeline ────────────────────────────────────────────────────────────────────
       12:03:10Z svc   Service one/web-ip: 203.0.113.193 to 203.0.113.200
       12:03:10Z watch nothing was seen for 670 s: 11:52:00Z to 12:03:10Z
       11:50:00Z watch the baseline was taken



      Broken: one/web-ip has 203.0.113.200 in place of 203.0.113.193
      b Baseline  d Diff  1-6 Pane  Enter Open  e Next problem  i Why  ? Help
      """)
  }

  @Test func afterAGapAt120x40() {
    expectScreen(
      Fixtures.watchPane(WatchStory.gap, rows: 40, columns: 120).screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                    GO BACK 12:03:10Z  1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53  4 Logs  5 Verify 6/10 [6 Watch 11/12]                           as of 12:04:31Z
       WATCH    unseen 11:52:00Z to 12:03:10Z; nothing is upgraded yet                                         from 11:50:00Z
       VERDICT  GO BACK   every Service keeps its address: one/web-ip has 203.0.113.200 in place of 203.0.113.193, since
                          12:03:10Z
       DO       see what broke: e goes there, i shows the evidence
      ── Promises ──────────────────────────────── baseline now ───── ────────────────│ ── addresses ─────────────────────────
      > every Service keeps its address            2        2         BROKEN 12:03:10Z│  promise   every Service keeps its
        one node announces each address            2        2         kept            │            address
        pools and advertisements stay as they were 1 pool(s), 1 adve… kept            │  state     BROKEN
        MetalLB's metrics answer                   16       16        kept            │  baseline  2
        the operator counts what the pool holds    16       16        kept            │  now       2
        the provider answers                       yes      yes       kept            │  why       one/web-ip has
        no lease is lost                           2, 2 with an addr… kept            │            203.0.113.200 in place of
        the provider sells what is free            14       14        kept            │            203.0.113.193
        no container restarts or waits             5 of 5 ready       kept            │  since     12:03:10Z
        strict ARP as before                       in effect          kept            │
        no other release changes, none is pending  2 of 2 deployed    kept            │
        what passed verify passes                  2 of 2 pass        kept            │
                                                                                      │
                                                                                      │
      ── Timeline ────────────────────────────────────────────────────────────────────────────────────────────────────────────
       12:03:10Z svc   Service one/web-ip: 203.0.113.193 to 203.0.113.200
       12:03:10Z watch nothing was seen for 670 s: 11:52:00Z to 12:03:10Z
       11:50:00Z watch the baseline was taken













      Broken: one/web-ip has 203.0.113.200 in place of 203.0.113.193
      b Baseline   d Diff   1-6 Pane   Enter Open   e Next problem   i Why   r Re-read   @ Activity   : Command   ? Help
      """)
  }
}
