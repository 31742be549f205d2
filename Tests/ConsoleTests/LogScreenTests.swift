import ConsoleKit
import Execution
import TestSupport
import Testing

@testable import Console

/// Whole frames of the Logs pane; blanks at the ends of lines are left out.
struct LogScreenTests {
  @Test func followingAt80x24() {
    expectScreen(
      LogScreens.following.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch   live
       src: operator provider controller speaker(3)   level: all   keep: -   hide: -
       11:57:58.902 ctl I configuration loaded  pools=1                              |
       11:58:00.114 ctl I address assigned  ip=203.0.113.199 svc=lease-b7/dns-ip     |
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ :
       11:58:00.871 op  I ip operator start  operator=ip                             |
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   E
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… |
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)   |
       11:58:09.500 sp2 I announcing  ip=203.0.113.199 node=node2                    |
       11:59:32.428 op  E barrier is locked, can't service request  operator=ip pat… E
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)  |
       12:01:12.733 prv W lease status slow  took=4.1s                               w
       12:02:00.000 ctl I reconciled  services=9                                     |
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again, 3 lines filled in ~~~ :
       12:03:03.118 sp3 I member joined  node=node3                                  |
       !! speaker 1: line lost 12:03:05-12:03:09, what was written then is gone !!!! :
       12:04:02.000 ctl I reconciled  services=9                                     |
       12:04:31.007 prv I status asked  took=12ms                                    |

       FOLLOWING   204 lines kept of 50,000   2 problems
      e goes to IPL-0704 operator: it does not serve yet; a trouble only if it lasts.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func followingAt120x40() {
    expectScreen(
      LogScreens.followingLarge.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10  6 Watch                                       live
       src: operator provider controller speaker(3)   level: all   keep: -   hide: -
      ── Sources ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
       op 196 2 err | prv 2 | ctl 4 | sp1 0 | sp2 1 | sp3 1
      ── Last 10 min, one column is 10 s ────────────────────────────────────────────────────────────────────────── H hides ──
       err ....................:::::::::::::::::::::::::::::::::::::::.
       all ...................:::::::::::::::::::::::::::::::::::::::::                    . 0  : up to 9  | up to 99  # more
       11:57:58.902 ctl I configuration loaded  pools=1                                                                      |
       11:58:00.114 ctl I address assigned  ip=203.0.113.199 svc=lease-b7/dns-ip                                             |
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════════════════════════════════════════════ :
       11:58:00.871 op  I ip operator start  operator=ip                                                                     |
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip                                           E
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip path=/health                                 |
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)                                           |
       11:58:09.500 sp2 I announcing  ip=203.0.113.199 node=node2                                                            |
       11:59:32.428 op  E barrier is locked, can't service request  operator=ip path=/health                                 E
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)                                          |
       12:01:12.733 prv W lease status slow  took=4.1s                                                                       w
       12:02:00.000 ctl I reconciled  services=9                                                                             |
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again, 3 lines filled in ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ :
       12:03:03.118 sp3 I member joined  node=node3                                                                          |
       !! speaker 1: line lost 12:03:05-12:03:09, what was written then is gone !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!! :
       12:04:02.000 ctl I reconciled  services=9                                                                             |
       12:04:31.007 prv I status asked  took=12ms                                                                            |





      ── Latest problem ─────────────────────────────────────────────────────────────────────────────────────────── i hides ──
       time  2026-03-13T11:59:32.428000000Z   level error   seen 149 times
       from  operator, pod operator-ip-6c9f7d-x2, container operator-ip, node1
       msg   barrier is locked, can't service request
       means IPL-0704 it does not serve yet; a trouble only if it lasts   5 shows the check
       try   ip-leases remedy bounce-operator
       field operator=ip  path=/health
       FOLLOWING   204 lines kept of 50,000   2 problems
      e goes to IPL-0704 operator: it does not serve yet; a trouble only if it lasts.
      F Follow   & Keep/hide..   s Sources..   L Level   H Hist   p Previous   w Wrap   1-6 Pane   Enter Open   ? Help
      """#)
  }

  @Test func followingAt60x15() {
    expectScreen(
      LogScreens.followingNarrow.screen,
      #"""
      IP-LEASES provider.exam…  ctx prod  READ-WRITE 1 FAIL 1 WARN
      1 Overview 2 Steps 3 Pools [4 Logs 2 err] 5 Verify 6 Watch
       src: 6 sources   level: all   keep: -   hide: -
       11:59:32 op  E barrier is locked, can't service request … |
                ... the same 148 times more, last 12:04:28.428 … :
       12:01:12 prv W lease status slow  took=4.1s               E
       12:02:00 ctl I reconciled  services=9                     |
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again…~~ #
       12:03:03 sp3 I member joined  node=node3                  #
       !! speaker 1: line lost 12:03:05-12:03:09, what was wr…!! #
       12:04:02 ctl I reconciled  services=9                     #
       12:04:31 prv I status asked  took=12ms                    #
       FOLLOWING   204 lines kept of 50,000   2 problems
      e goes to IPL-0704 operator: it does not serve yet; a troub…
      F Follow  & Keep/hide..  s Sources..  L Level  ? Help
      """#)
  }

  @Test func whereTheListHasNoRoomForItTheLineIsExplainedOnAScreenOfItsOwn() {
    var stage = LogStage.incident(rows: 15, columns: 60)
    stage.press(.character("i"))
    expectScreen(
      stage.state.screen,
      #"""
      IP-LEASES provider.exam…  ctx prod  READ-WRITE 1 FAIL 1 WARN
      LOG LINE  provider
       time      2026-03-13T12:04:31.007000000Z   level info
       from      provider, pod akash-provider-0, container
                 provider, node2
       msg       status asked
       took      12ms
       whole     <nil> INF status asked took=12ms





      Esc closes.
      r Re-read  @ Activity  : Command  q Back  ? Help
      """#)
    stage.press(.escape)
    #expect(stage.state.overlays.isEmpty && stage.state.pane == .logs)
  }

  @Test func pausedItCountsWhatComesBelow() {
    expectScreen(
      LogScreens.pausedWithUnseen.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 6 err] 5 Verify 6/10 6 Watch paused
       src: provider   level: all   keep: -   hide: -
       11:00:22.000 prv I line 22 done  order=22                                     |
       11:00:23.000 prv I line 23 done  order=23                                     |
       11:00:24.000 prv I line 24 done  order=24                                     E
       11:00:25.000 prv I line 25 done  order=25                                     |
       11:00:26.000 prv I line 26 done  order=26                                     |
       11:00:27.000 prv I line 27 done  order=27                                     E
       11:00:28.000 prv I line 28 done  order=28                                     #
       11:00:29.000 prv E line 29 done  order=29                                     #
       11:00:30.000 prv I line 30 done  order=30                                     #
       11:00:31.000 prv I line 31 done  order=31                                     #
       11:00:32.000 prv I line 32 done  order=32                                     #
       11:00:33.000 prv I line 33 done  order=33                                     #
       11:00:34.000 prv I line 34 done  order=34                                     |
       11:00:35.000 prv I line 35 done  order=35                                     E
       11:00:36.000 prv I line 36 done  order=36                                     |
      >11:00:37.000 prv I line 37 done  order=37                                     |
       11:00:38.000 prv I line 38 done  order=38                                     E
       11:00:39.000 prv E line 39 done  order=39                                     |
       PAUSED   25 new lines, 2 problems below   65 lines kept of 50,000   6 problems
      pod akash-provider-0, container provider, node2. i shows its fields.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func aFilterSaysWhatItLeavesOut() {
    expectScreen(
      LogScreens.filtered.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch   live
       src: op prv ctl sp1 sp2 sp3   level: >=warn   keep: -   hide: slow
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ :
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   E
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… |
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)   |
       11:59:32.428 op  E barrier is locked, can't service request  operator=ip pat… E
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)  |
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again, 3 lines filled in ~~~ :
       !! speaker 1: line lost 12:03:05-12:03:09, what was written then is gone !!!! :










       FOLLOWING   195 of 204 lines kept of 50,000   2 problems
      e goes to IPL-0704 operator: it does not serve yet; a trouble only if it lasts.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func aFoldUnfoldsToItsLines() {
    expectScreen(
      LogScreens.unfolded.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch paused
       src: operator provider controller speaker(3)   level: all   keep: -   hide: -
       11:57:58.902 ctl I configuration loaded  pools=1                              #
       11:58:00.114 ctl I address assigned  ip=203.0.113.199 svc=lease-b7/dns-ip     #
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ #
       11:58:00.871 op  I ip operator start  operator=ip                             #
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   #
      >11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… #
       11:58:04.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:06.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:08.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:09.500 sp2 I announcing  ip=203.0.113.199 node=node2                    |
       11:58:10.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:12.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:14.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:16.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:18.428 op  E barrier is locked, can't service request  operator=ip pat… |
       11:58:20.428 op  E barrier is locked, can't service request  operator=ip pat… E
       11:58:22.428 op  E barrier is locked, can't service request  operator=ip pat… :
       11:58:24.428 op  E barrier is locked, can't service request  operator=ip pat… :
       PAUSED   nothing new   204 lines kept of 50,000   2 problems
      Known IPL-0704 (5 shows it): it does not serve yet; a trouble only if it lasts.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func theChosenLineIsExplainedUnderTheList() {
    expectScreen(
      LogScreens.chosenFold.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch paused
       src: operator provider controller speaker(3)   level: all   keep: -   hide: -
       11:57:58.902 ctl I configuration loaded  pools=1                              #
       11:58:00.114 ctl I address assigned  ip=203.0.113.199 svc=lease-b7/dns-ip     #
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ #
       11:58:00.871 op  I ip operator start  operator=ip                             #
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   #
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… #
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)   #
       11:58:09.500 sp2 I announcing  ip=203.0.113.199 node=node2                    :
      >11:59:32.428 op  E barrier is locked, can't service request  operator=ip pat… :
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)  |
       12:01:12.733 prv W lease status slow  took=4.1s                               |
      ── Chosen line ────────────────────────────────────────────────────── i hides ──
       time  2026-03-13T11:59:32.428000000Z   level error   seen 149 times
       from  operator, pod operator-ip-6c9f7d-x2, container operator-ip, node1
       msg   barrier is locked, can't service request
       means IPL-0704 it does not serve yet; a trouble only if it lasts   5 shows th…
       try   ip-leases remedy bounce-operator
       PAUSED   nothing new   204 lines kept of 50,000   2 problems
       marks: 1
      Known IPL-0704 (5 shows it): it does not serve yet; a trouble only if it lasts.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func aSearchCountsItsHits() {
    expectScreen(
      LogScreens.search.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch paused
       src: operator provider controller speaker(3)   level: all   keep: -   hide: -
       11:57:58.902 ctl I configuration loaded  pools=1                              |
       11:58:00.114 ctl I address assigned  ip=203.0.113.199 svc=lease-b7/dns-ip     |
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ :
       11:58:00.871 op  I ip operator start  operator=ip                             |
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   E
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… |
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)   |
       11:58:09.500 sp2 I announcing  ip=203.0.113.199 node=node2                    |
       11:59:32.428 op  E barrier is locked, can't service request  operator=ip pat… E
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)  |
       12:01:12.733 prv W lease status slow  took=4.1s                               w
       12:02:00.000 ctl I reconciled  services=9                                     |
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again, 3 lines filled in ~~~ :
       12:03:03.118 sp3 I member joined  node=node3                                  |
       !! speaker 1: line lost 12:03:05-12:03:09, what was written then is gone !!!! :
      >12:04:02.000 ctl I reconciled  services=9                                     |
       12:04:31.007 prv I status asked  took=12ms                                    |
       PAUSED   nothing new   204 lines kept of 50,000   2 problems
       find: reconciled   2 lines, n/N
      pod controller-1, container controller. i shows its fields.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func hostileLinesAreHarmless() {
    expectScreen(
      LogScreens.hostile.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 1 err] 5 Verify 6/10 6 Watch   live
       src: operator   level: all   keep: -   hide: -
       12:00:00.000 op I colours red and �]0;title�bell                              |
       12:00:01.000 op I clear  and back���space                                     |
       12:00:02.000 op I override txt.exe zerowidth                                  |
       12:00:03.000 op I wide 界界界 é 👍                                            |
       12:00:04.000 op E long yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy… E
       12:00:05.000 op   no format at all ���                                        |
       12:00:10.000 op I bytes ���                                                   |











       FOLLOWING   7 lines kept of 50,000   1 problem
      F stops following; going up does so, too. Nothing is lost meanwhile.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func longLinesWrapUnderTheirText() {
    expectScreen(
      LogScreens.wrapped.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53 [4 Logs] 5 Verify 6/10  6 Watch     live
       src: provider   level: all   keep: -   hide: -
       12:00:00.000 prv I word1 word2 word3 word4 word5 word6 word7 word8 word9 word |
                          10 word11 word12 word13 word14 word15 word16 word17 word18 |
                           word19 word20 word21 word22 word23 word24 word25 word26 w |
                          ord27 word28 word29 word30                                 |
       12:00:01.000 prv I short                                                      |













       FOLLOWING   2 lines kept of 50,000   0 problems
      F stops following; going up does so, too. Nothing is lost meanwhile.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func sourcesAreChosenFromAList() {
    expectScreen(
      LogScreens.sources.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch
       src: operator provider speaker(3) (1 hidden)   level: all   keep: -   hide: -
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ :
       11:58:00.871 op  I ip operator start  operator=ip                             |
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   E
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… |
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)   |
       11:58:09.500 sp2 I announcing  ip=203.0.113.199 node=node2                    |
       11:59:32.428 op  E barrier is locked, can't service request  operator=ip pat… E
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)  |
       12:01:12.733 prv W lease status slow  took=4.1s                               w
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again, 3 lines filled in ~~~ :
       12:03:03.118 sp3 I member joined  node=node3                                  |
       !! speaker 1: line lost 12:03:05-12:03:09, what was written then is gone !!!! :
      ── Sources of log lines ────────────────────────────────────────────────────────
        1 [x] op     operator                   196  2 err    pod operator-ip-6c9f7d-…
        2 [x] prv    provider                     2           pod akash-provider-0, c…
      > 3 [ ] ctl    controller                   4           pod controller-1, conta…
        4 [x] sp1    speaker 1                    0           pod speaker-1, containe…
        5 [x] sp2    speaker 2                    1           pod speaker-2, containe…
        6 [x] sp3    speaker 3                    1           pod speaker-3, containe…
      What is left out is read and kept all the same.
      Space On/off  o Only this  a All  Esc Close
      """#)
  }

  @Test func filtersAreSwitchedInAList() {
    expectScreen(
      LogScreens.filters.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 2 err] 5 Verify 6/10 6 Watch
       src: op prv ctl sp1 sp2 sp3   level: all   keep: -   hide: reconciled|anno…
       11:57:58.902 ctl I configuration loaded  pools=1                              |
       11:58:00.114 ctl I address assigned  ip=203.0.113.199 svc=lease-b7/dns-ip     |
       ══ operator: new container, image akash/operator:0.16.2, restart 1 ══════════ :
       11:58:00.871 op  I ip operator start  operator=ip                             |
       11:58:01.220 op  E no usable answer  error="connection refused" operator=ip   E
       11:58:02.428 op  E barrier is locked, can't service request  operator=ip pat… |
                    ... the same 44 times more, last 11:59:30.428  (Enter unfolds)   |
       11:59:32.428 op  E barrier is locked, can't service request  operator=ip pat… E
                    ... the same 148 times more, last 12:04:28.428  (Enter unfolds)  |
       12:01:12.733 prv W lease status slow  took=4.1s                               w
       ~~ speaker 3: line lost 12:03:02-12:03:09, asked again, 3 lines filled in ~~~ :
       12:03:03.118 sp3 I member joined  node=node3                                  |
       !! speaker 1: line lost 12:03:05-12:03:09, what was written then is gone !!!! :
       12:04:31.007 prv I status asked  took=12ms                                    |



      ── Lines to keep or hide ───────────────────────────────────────────────────────
      > 1 [x] hide  expression  reconciled|announcing
      A line stays where it has one of those to keep and none of those to hide.
      Space On/off  & New  - Remove  Esc Close
      """#)
  }

  @Test func theStripAndTheEdgeShowWhereInTheListThisIs() {
    expectScreen(
      LogScreens.longList.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs 200 err] 5 Verify 6/10 6 Watch
       src: provider   level: all   keep: -   hide: -
      ── Around here, 10 min, one column is 10 s ────────────────────────── H hides ──
       err ::::::::::::::::::::::::::::::::::::::::::::::::::::::::::::
       all ||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||
       11:09:52.000 prv I line 592 done  order=592                                   E
       11:09:53.000 prv I line 593 done  order=593                                   E
       11:09:54.000 prv I line 594 done  order=594                                   #
       11:09:55.000 prv I line 595 done  order=595                                   E
       11:09:56.000 prv I line 596 done  order=596                                   E
       11:09:57.000 prv I line 597 done  order=597                                   E
       11:09:58.000 prv I line 598 done  order=598                                   E
       11:09:59.000 prv E line 599 done  order=599                                   E
      >11:10:00.000 prv I line 600 done  order=600                                   E
      ── Chosen line ────────────────────────────────────────────────────── i hides ──
       time  2026-03-13T11:10:00.000000000Z   level info
       from  provider, pod akash-provider-0, container provider, node2
       msg   line 600 done
       field order=600

       PAUSED   nothing new   2,000 lines kept of 50,000   200 problems
      pod akash-provider-0, container provider, node2. i shows its fields.
      F Follow  & Keep/hide..  s Sources..  L Level  H Hist  p Previous  ? Help
      """#)
  }

  @Test func anEmptyListSaysWhatCouldNotBeRead() {
    expectScreen(
      LogScreens.nothing.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
       1 Overview  2 Steps 7/10  3 Pools 9/53 [4 Logs] 5 Verify 6/10  6 Watch     live
       src: -   level: all   keep: -   hide: -

        No line has come yet. The sources are being looked for.
        the pods of metallb-system: The pods were not read: connection refused















       FOLLOWING   no line yet   0 problems   1 not read
      Not read: the pods of metallb-system: The pods were not read: connection refused
      F Follow  & Keep/hide..  L Level  H Hist  w Wrap  1-6 Pane  Enter Open  ? Help
      """#)
  }

  @Test func aPatternThatCannotBeUsedStaysInItsLine() {
    expectScreen(
      LogScreens.refusedPattern.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 3 Pools 9/53 [4 Logs] 5 Verify 6/10 6 Watch    12:04:31Z
       src: provider   level: all   keep: -   hide: -
       11:00:00.000 prv I line 0 done  order=0                                       |
       11:00:01.000 prv I line 1 done  order=1                                       |
       11:00:02.000 prv I line 2 done  order=2                                       |











       FOLLOWING   3 lines kept of 50,000   0 problems
      ────────────────────────────────────────────────────────────────────────────────
      Find in Logs (regular expression; in "…" as it stands):
      The pattern "a(b" cannot be used: Unmatched ( or \(: write \ before . * + ? ( [
      {
      > a(b
      Esc Cancel  Enter Take  F1 Help
      """#)
  }

  @Test func aLineIsShownWhole() {
    expectScreen(
      LogScreens.wholeLine.screen,
      #"""
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      LOG LINE  controller
       time      2026-03-13T11:58:00.114000000Z   level info
       from      controller, pod controller-1, container controller
       msg       address assigned
       ip        203.0.113.199
       svc       lease-b7/dns-ip
       whole     <nil> INF address assigned ip=203.0.113.199 svc=lease-b7/dns-ip














      Esc closes.
      r Re-read  @ Activity  : Command  q Back  ? Help
      """#)
  }
}
