import ConsoleKit
import Foundation
import IPLeasesCore
import Terminal
import TestSupport
import Testing

@testable import Console

/// Whole frames of the Pools pane; blanks at the ends of lines are left out.
struct PoolScreenTests {
  @Test func noPoolAt80x24() {
    let state = Fixtures.poolsPane(facts: Fixtures.poolFacts(nil, holders: []))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
      >pool default    not in the cluster yet
         RANGE                            COUNT USED  FREE STATE
         No range yet. + adds one to a draft; nothing is sent before a plan's word.
       live 0    in use 0    free 0
      ── Pool ────────────────────────────────────────────────────────────────────────
       ?     not looked at: gateways, the service network














      + adds a range to the draft; nothing is sent before the word of a plan.
      + Add  1-6 Pane  Enter Open  i Why  r Re-read  @ Activity  : Command  ? Help
      """)
  }

  @Test func noMetalLBAt80x24() {
    var facts = Fixtures.facts
    facts.setPools(.absent(at: Fixtures.now), holders: nil)
    let state = Fixtures.poolsPane(facts: facts)
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       The cluster does not know pools: MetalLB is not installed.
       Enter goes to the steps, where it is.


















      i says what is in the way.
      1-6 Pane  Enter Open  i Why  r Re-read  @ Activity  : Command  q Back  ? Help
      """)
  }

  @Test func livePoolAt80x24() {
    let state = Fixtures.poolsPane()
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: l2
         RANGE                            COUNT USED  FREE STATE
      >  203.0.113.192/28                    16    7     9 OK   .#######........
         198.51.100.112/28                   16    2    14 OK   ##..............
         192.0.2.96/28                       16    0    16 OK   ................
         192.0.2.217/32                       1    0     1 OK   .
         192.0.2.219-192.0.2.222              4    0     4 OK   ....
       live 53    in use 9    free 44    next 203.0.113.192
      ── Range ───────────────────────────────────────────────────────────────────────
       [203.0.113.192/28                  ]  CIDR, first-last or address/32
        203.0.113.192 to 203.0.113.207, 16 addresses; next 203.0.113.192
       note  .192 and .207 begin and end the block. MetalLB hands both out: fine where
             it is routed to you; on a shared LAN they may not be reachable.
      ── Looked at ───────────────────────────────────────────────────────────────────
       nodes OK, pod and service networks ?, other pools OK, gateways ?, other
       Services OK, tenants OK, announced OK
      ── In use in this range ─────────────────────────────────────────────────── 7 ──
        203.0.113.193   443/tcp      lease-7f/web-ip           akash1q7h    172039
        203.0.113.194   27015/udp    lease-11/game-ip          akash1tx0    171882
        and 5 more, i lists them
      Enter edits the range, Space shows who sits in it, + adds another.
      + Add  - Remove  1-6 Pane  Enter Open  i Why  r Re-read  @ Activity  ? Help
      """)
  }

  @Test func overlapWhileTypingAt80x24() {
    var state = Fixtures.poolsPane()
    state.press(.character("j"), .character("j"), .character("x"), .character("+"))
    state.type("192.0.2.208/28")
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: l2
         RANGE                            COUNT USED  FREE STATE
         198.51.100.112/28                   16    2    14 OK   ##..............
       - 192.0.2.96/28                       16    0    16 OK   leaves, nobody inside
         192.0.2.217/32                       1    0     1 OK   .
         192.0.2.219-192.0.2.222              4    0     4 OK   ....
      >+ 192.0.2.208/28                      16    -    16 FAIL overlaps 192.0.2.217/…
       live 53    draft 48 distinct    in use 9    free after 39
      ── Range ───────────────────────────────────────────────────────────────────────
       [192.0.2.208/28                    ]  CIDR, first-last or address/32
        192.0.2.208 to 192.0.2.223, 16 addresses
       FAIL  192.0.2.208/28 overlaps 192.0.2.217/32; MetalLB refuses that.
       FAIL  192.0.2.208/28 overlaps 192.0.2.219-192.0.2.222; MetalLB refuses that.
       fix 1 remove 192.0.2.217/32 and 192.0.2.219-192.0.2.222, this range contains
             them
       fix 2 use 192.0.2.208-192.0.2.216 and 192.0.2.218/32 and 192.0.2.223/32: 11
             free
      ── Looked at ───────────────────────────────────────────────────────────────────
       nodes OK, pod and service networks ?, other pools OK, gateways ?, other
       Services OK, tenants OK, announced OK
      192.0.2.208/28 overlaps 192.0.2.217/32; MetalLB refuses that. Tab goes to the f…
      Esc Cancel  Enter Take  Tab Fixes  F1 Help
      """)
  }

  @Test func typoWhileTypingAt80x24() {
    var state = Fixtures.poolsPane()
    state.press(.character("+"))
    state.type("192.0.2.218")
    state.press(.tab)
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: l2
         RANGE                            COUNT USED  FREE STATE
         203.0.113.192/28                    16    7     9 OK   .#######........
         198.51.100.112/28                   16    2    14 OK   ##..............
         192.0.2.96/28                       16    0    16 OK   ................
         192.0.2.217/32                       1    0     1 OK   .
         192.0.2.219-192.0.2.222              4    0     4 OK   ....
      >+ 192.0.2.218                          -    -     - FAIL A single address need…
       live 53    draft 53 distinct    in use 9    free after 44
      ── Range ───────────────────────────────────────────────────────────────────────
       [192.0.2.218                       ]  CIDR, first-last or address/32
       FAIL  A single address needs its prefix length.
      >fix 1 write 192.0.2.218/32
       fix 2 remove this row
       Draft: 1 in, 1 problem. Nothing was sent to the cluster.
      ── In use in the pool ───────────────────────────────────────────────────── 9 ──
        198.51.100.112  443/tcp      lease-d3/api-ip           akash1pex    170411
        198.51.100.113  1883/tcp     lease-e8/mq-ip            akash1q7h    170002
        203.0.113.193   443/tcp      lease-7f/web-ip           akash1q7h    172039
        and 6 more, i lists them
      Enter takes the fix, its digit does too; Tab goes back to the line.
      Enter Take  Tab Line  Esc Cancel  F1 Help
      """)
  }

  @Test func everyKindOfProblemAt80x24() {
    var state = Fixtures.poolsPane(facts: Fixtures.poolFacts(lan: true))
    let lines = [
      "192.0.2.224", "192.0.2.128/29", "192.0.2.150/32", "192.0.2.168/29", "192.0.2.217/32",
      "192.0.2.35/29", "10.233.70.0/29",
    ]
    state.press(.character("+"), .paste(lines.joined(separator: "\n")))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: …  1 of 2 pools, [ ]
         RANGE                            COUNT USED  FREE STATE
       + 192.0.2.150/32                       1    -     1 WARN holds 192.0.2.150, wh…
       + 192.0.2.168/29                       8    -     8 FAIL overlaps 192.0.2.160/…
       + 192.0.2.217/32                       1    -     1 FAIL stands twice in the p…
       + 192.0.2.35/29                        8    -     8 WARN does not begin at a b…
      >+ 10.233.70.0/29                       8    -     8 WARN reaches into the clus…
       live 53    draft 86 distinct    in use 9    free after 77
      ── Range ───────────────────────────────────────────────────────────────────────
       [10.233.70.0/29                    ]  CIDR, first-last or address/32
        10.233.70.0 to 10.233.70.7, 8 addresses
       WARN  10.233.70.0/29 reaches into the cluster's pod network 10.233.64.0/18:
             packets for a lease there would be taken for the cluster's own.
       WARN  10.233.70.0/29 holds private addresses: tenants lease addresses to be
             reached from the Internet, and these are not routed there.
       note  .0 and .7 begin and end the block. MetalLB hands both out: fine where it
             is routed to you; on a shared LAN they may not be reachable.
      ── Looked at ───────────────────────────────────────────────────────────────────
       nodes OK, pod and service networks WARN 10.233.64.0/18, other pools OK,
       gateways ?, other Services OK, tenants OK, announced OK
      7 ranges were added to the draft; u takes them back.
      + Add  - Remove  u Undo  d Diff  1-6 Pane  Enter Open  e Next problem  ? Help
      """)
  }

  @Test func whoSitsInARangeThatLeavesAt80x24() {
    var state = Fixtures.poolsPane()
    state.press(.character("j"), .character("x"), .character(" "))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      1 Overview 2 Steps 7/10 [3 Pools 9/53] 4 Logs 5 Verify 6/10 6 Watch    12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: l2
         RANGE                            COUNT USED  FREE STATE
         203.0.113.192/28                    16    7     9 OK   .#######........
      >- 198.51.100.112/28                   16    2    14 WARN leaves, 2 in it
            198.51.100.112  443/tcp      lease-d3/api-ip       akash1pex    170411
            198.51.100.113  1883/tcp     lease-e8/mq-ip        akash1q7h    170002
         192.0.2.96/28                       16    0    16 OK   ................
         192.0.2.217/32                       1    0     1 OK   .
         192.0.2.219-192.0.2.222              4    0     4 OK   ....
       live 53    draft 37 distinct    in use 9    free after 28
      ── Range ───────────────────────────────────────────────────────────────────────
       [198.51.100.112/28                 ]  CIDR, first-last or address/32
        198.51.100.112 to 198.51.100.127, 16 addresses
      ── Looked at ───────────────────────────────────────────────────────────────────
       nodes OK, pod and service networks ?, other pools OK, gateways ?, other
       Services OK, tenants OK, announced OK
       Draft: 1 out. 2 Services must move. Nothing was sent to the cluster.



      a shows the plan of the draft; nothing was sent so far.
      a Plan..  + Add  u Undo  d Diff  1-6 Pane  Enter Open  e Next problem  ? Help
      """)
  }

  @Test func draftAt60x20() {
    var state = Fixtures.poolsPane(rows: 20, columns: 60)
    state.add(range: "192.0.2.208/28")
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.exam…  ctx prod  READ-WRITE 1 FAIL 1 WARN
      1 Overview 2 Steps [3 Pools 9/53] 4 Logs 5 Verify 6 Watch
       pool default    auto-assign yes    avoid .0/.255 no    L2:…
         RANGE                        COUNT  FREE STATE
         192.0.2.96/28                   16    16 OK
         192.0.2.217/32                   1     1 OK
         192.0.2.219-192.0.2.222          4     4 OK
      >+ 192.0.2.208/28                  16    16 FAIL overlaps 1…
       live 53    draft 64 distinct    in use 9    free after 55
      ── Range ───────────────────────────────────────────────────
       [192.0.2.208/28          ]  CIDR, first-last or address/32
        192.0.2.208 to 192.0.2.223, 16 addresses
       FAIL  192.0.2.208/28 overlaps 192.0.2.217/32; MetalLB
             refuses that.
       FAIL  192.0.2.208/28 overlaps 192.0.2.219-192.0.2.222;
             MetalLB refuses that.
       fix 1 remove 192.0.2.217/32 and 192.0.2.219-192.0.2.222,
             this range contains them
      Plan is off: 2 problems in the draft (row 6). e goes there.
      + Add  - Remove  u Undo  d Diff  1-6 Pane  ? Help
      """)
  }

  @Test func draftAt120x40() {
    var state = Fixtures.poolsPane(rows: 40, columns: 120)
    state.press(.character("j"), .character("j"), .character("x"), .character("+"))
    state.type("192.0.2.208/28")
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
       1 Overview  2 Steps 7/10 [3 Pools 9/53] 4 Logs  5 Verify 6/10  6 Watch                                  as of 12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: l2
         RANGE                        COUNT USED  FREE STATE                │ ── 192.0.2.208/28 ────────────────────── FAIL ──
         203.0.113.192/28                16    7     9 OK   .#######........│  FAIL  192.0.2.208/28 overlaps 192.0.2.217/32;
         198.51.100.112/28               16    2    14 OK   ##..............│        MetalLB refuses that.
       - 192.0.2.96/28                   16    0    16 OK   leaves, nobody …│  FAIL  192.0.2.208/28 overlaps
         192.0.2.217/32                   1    0     1 OK   .               │        192.0.2.219-192.0.2.222; MetalLB refuses
         192.0.2.219-192.0.2.222          4    0     4 OK   ....            │        that.
      >+ 192.0.2.208/28                  16    -    16 FAIL overlaps 192.0.…│
       live 53    draft 48 distinct    in use 9    free after 39            │   Ways to mend it
      ── Range ─────────────────────────────────────────────────────────────│    1   remove 192.0.2.217/32 and
       [192.0.2.208/28                    ]  CIDR, first-last or address/32 │        192.0.2.219-192.0.2.222, this range
        192.0.2.208 to 192.0.2.223, 16 addresses                            │        contains them
      ── Map of 192.0.2.208/28 ─────────────────────────────────────────────│    2   use 192.0.2.208-192.0.2.216 and
         .208 .209 .210 .211 .212 .213 .214 .215                            │        192.0.2.218/32 and 192.0.2.223/32: 11
           N    .    .    .    .    .    .    .                             │        free
         .216 .217 .218 .219 .220 .221 .222 .223                            │   Tab comes here, Enter takes one
           .    *    .    *    *    *    *    N                             │
         . free  # in use  * in another row  X of others  N first, last     │ ── Looked at ───────────────────────────────────
      ── In use in the pool ─────────────────────────────────────────── 9 ──│   addresses of nodes        OK   none
        198.51.100.112  443/tcp      lease-d3/api-ip akash1pex    170411    │   pod and service networks  ?    service unknown
        198.51.100.113  1883/tcp     lease-e8/mq-ip  akash1q7h    170002    │   other pools               OK   none
        203.0.113.193   443/tcp      lease-7f/web-ip akash1q7h    172039    │   gateways                  ?    ip route tells
        203.0.113.194   27015/udp    lease-11/game-… akash1tx0    171882    │   other Services            OK   none
        203.0.113.195   80/tcp,443/… lease-2c/shop-… akash1q7h    171760    │   tenants in it             OK   none
        203.0.113.196   22/tcp       lease-90/box-ip akash1m4k    171544    │   announced by an L2 advert OK   l2
        203.0.113.197   25565/tcp    lease-a1/mc-ip  akash1zzq    171201    │
        203.0.113.198   8443/tcp     lease-b7/vpn-ip akash1k0j    170998    │ ── First and last ──────────────────────────────
        203.0.113.199   53/udp       lease-b7/dns-ip akash1k0j    170997    │   .208 and .223 begin and end the block.
                                                                            │   MetalLB hands both out: fine where it is
                                                                            │   routed to you; on a shared LAN they may not
                                                                            │   be reachable.
                                                                            │
                                                                            │ ── Draft ───────────────────────────────────────
                                                                            │   - 192.0.2.96/28
                                                                            │   + 192.0.2.208/28
                                                                            │   Draft: 1 in, 1 out, 2 problems. Nothing was
      192.0.2.208/28 overlaps 192.0.2.217/32; MetalLB refuses that. Tab goes to the fixes.
      Esc Cancel   Enter Take   Tab Fixes   F1 Help
      """)
  }

  @Test func liveAt120x40() {
    let state = Fixtures.poolsPane(rows: 40, columns: 120)
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE                                                       1 FAIL 1 WARN
       1 Overview  2 Steps 7/10 [3 Pools 9/53] 4 Logs  5 Verify 6/10  6 Watch                                  as of 12:04:31Z
       pool default    auto-assign yes    avoid .0/.255 no    L2: l2
         RANGE                        COUNT USED  FREE STATE                │ ── 203.0.113.192/28 ────────────────────── OK ──
      >  203.0.113.192/28                16    7     9 OK   .#######........│   Nothing is wrong with it.
         198.51.100.112/28               16    2    14 OK   ##..............│
         192.0.2.96/28                   16    0    16 OK   ................│ ── Looked at ───────────────────────────────────
         192.0.2.217/32                   1    0     1 OK   .               │   addresses of nodes        OK   none
         192.0.2.219-192.0.2.222          4    0     4 OK   ....            │   pod and service networks  ?    service unknown
       live 53    in use 9    free 44    next 203.0.113.192                 │   other pools               OK   none
      ── Range ─────────────────────────────────────────────────────────────│   gateways                  ?    ip route tells
       [203.0.113.192/28                  ]  CIDR, first-last or address/32 │   other Services            OK   none
        203.0.113.192 to 203.0.113.207, 16 addresses; next 203.0.113.192    │   tenants in it             OK   7
      ── Map of 203.0.113.192/28 ───────────────────────────────────────────│   announced by an L2 advert OK   l2
         .192 .193 .194 .195 .196 .197 .198 .199                            │
           N    #    #    #    #    #    #    #                             │ ── First and last ──────────────────────────────
         .200 .201 .202 .203 .204 .205 .206 .207                            │   .192 and .207 begin and end the block.
           .    .    .    .    .    .    .    N                             │   MetalLB hands both out: fine where it is
         . free  # in use  * in another row  X of others  N first, last     │   routed to you; on a shared LAN they may not
      ── In use in this range ───────────────────────────────────────── 7 ──│   be reachable.
        203.0.113.193   443/tcp      lease-7f/web-ip akash1q7h    172039    │
        203.0.113.194   27015/udp    lease-11/game-… akash1tx0    171882    │
        203.0.113.195   80/tcp,443/… lease-2c/shop-… akash1q7h    171760    │
        203.0.113.196   22/tcp       lease-90/box-ip akash1m4k    171544    │
        203.0.113.197   25565/tcp    lease-a1/mc-ip  akash1zzq    171201    │
        203.0.113.198   8443/tcp     lease-b7/vpn-ip akash1k0j    170998    │
        203.0.113.199   53/udp       lease-b7/dns-ip akash1k0j    170997    │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
                                                                            │
      Enter edits the range, Space shows who sits in it, + adds another.
      + Add   - Remove   1-6 Pane   Enter Open   i Why   r Re-read   @ Activity   : Command   q Back   I Import..   ? Help
      """)
  }

  @Test func whyAt80x24() {
    var state = Fixtures.poolsPane()
    state.add(range: "192.0.2.128/29")
    state.press(.character("i"))
    expectScreen(
      state.screen,
      """
      IP-LEASES provider.example.com  ctx prod  READ-WRITE               1 FAIL 1 WARN
      RANGE  192.0.2.128/29
       range     192.0.2.128 to 192.0.2.135, 8 addresses
       FAIL      192.0.2.128/29 holds 192.0.2.130, the address of node node1. Once it
                 is leased, two machines answer for it and the node drops off the
                 network.
       try       write 192.0.2.128/31 and 192.0.2.131-192.0.2.135 instead
       FAIL      addresses of nodes: 192.0.2.130
       ?         pod and service networks: service unknown
       OK        other pools: none
       ?         gateways: ip route tells
       OK        other Services: none
       OK        tenants in it: none
       OK        announced by an L2 advert: l2
       note      .128 and .135 begin and end the block. MetalLB hands both out: fine
                 where it is routed to you; on a shared LAN they may not be
                 reachable.
       who       nobody sits in it




      Esc closes.
      r Re-read  @ Activity  : Command  q Back  ? Help
      """)
  }
}

/// What stands beside the list at 120 columns, for a row with each kind of problem.
struct PoolProblemTextTests {
  private static let kinds = [
    ("a typo", "192.0.2.224"), ("a node", "192.0.2.128/29"), ("a Service", "192.0.2.150/32"),
    ("another pool", "192.0.2.168/29"), ("twice", "192.0.2.217/32"), ("host bits", "192.0.2.35/29"),
    ("the pod network", "10.233.70.0/29"), ("mixed families", "192.0.2.1-2001:db8::1"),
    ("IPv6", "2001:db8::/120"), ("loopback", "127.0.0.0/30"), ("first and last", "192.0.2.0/27"),
  ]

  @Test func eachKindOfProblemHasItsWordItsReasonAndItsFixes() {
    let blocks = Self.kinds.map { kind, range -> String in
      var state = Fixtures.poolsPane(
        rows: 40, columns: 120, facts: Fixtures.poolFacts(lan: true))
      state.add(range: range)
      if state.rangeField == nil { state.press(.character("G")) }
      let screen = PoolScreen(state.pools, state.known, field: state.rangeField)
      let lines =
        screen.table.map { PoolDetails(screen: screen, table: $0).right(columns: 60) } ?? []
      let problem = lines.prefix { !$0.text.contains("── Looked at") && $0.text != "" }
      let fixes = lines.drop { !$0.text.contains("Ways to mend") }.dropFirst()
        .prefix { !$0.text.contains("comes here") && !$0.text.contains("Enter takes") }
      return
        ([kind]
        + (problem + fixes).map { line in
          String(line.text.reversed().drop { $0 == " " }.reversed())
        }).joined(separator: "\n")
    }
    let text = blocks.joined(separator: "\n")
    expectScreen(
      text,
      """
      a typo
      ── 192.0.2.224 ───────────────────────────────────── FAIL ──
       FAIL  A single address needs its prefix length.
         1   write 192.0.2.224/32
         2   remove this row
      a node
      ── 192.0.2.128/29 ────────────────────────────────── FAIL ──
       FAIL  192.0.2.128/29 holds 192.0.2.130, the address of
             node node1. Once it is leased, two machines answer
             for it and the node drops off the network.
         1   use 192.0.2.128/31 and 192.0.2.131-192.0.2.135: 7
             free
      a Service
      ── 192.0.2.150/32 ────────────────────────────────── WARN ──
       WARN  192.0.2.150/32 holds 192.0.2.150, which Service
             ingress-nginx/controller uses already; two answers
             for one address break both.
      another pool
      ── 192.0.2.168/29 ────────────────────────────────── FAIL ──
       FAIL  192.0.2.168/29 overlaps 192.0.2.160/28 of pool lan;
             MetalLB refuses that.
         1   remove this row
      twice
      ── 192.0.2.217/32 ────────────────────────────────── FAIL ──
       FAIL  192.0.2.217/32 stands twice in the pool; MetalLB
             refuses that.
         1   remove this row, the same stands elsewhere
      host bits
      ── 192.0.2.35/29 ─────────────────────────────────── WARN ──
       WARN  192.0.2.35/29 does not begin at a block's border:
             MetalLB widens it to 192.0.2.32/29, 8 addresses from
             192.0.2.32 to 192.0.2.39, and you may not own all of
             them.
         1   write 192.0.2.32/29: all 8 are yours
         2   write 192.0.2.35-192.0.2.39, to begin where you wrote
      the pod network
      ── 10.233.70.0/29 ────────────────────────────────── WARN ──
       WARN  10.233.70.0/29 reaches into the cluster's pod
             network 10.233.64.0/18: packets for a lease there
             would be taken for the cluster's own.
       WARN  10.233.70.0/29 holds private addresses: tenants
             lease addresses to be reached from the Internet, and
             these are not routed there.
      mixed families
      ── 192.0.2.1-2001:db8::1 ─────────────────────────── FAIL ──
       FAIL  One end is IPv4 and the other IPv6: MetalLB would
             take it without a word and have no address in it.
         1   remove this row
      IPv6
      ── 2001:db8::/120 ────────────────────────────────── WARN ──
       WARN  The pool has IPv6 addresses: Akash counts them as
             free, yet its leases get IPv4 only, so the provider
             bids for addresses it does not have.
      loopback
      ── 127.0.0.0/30 ──────────────────────────────────── WARN ──
       WARN  127.0.0.0/30 holds loopback addresses: every machine
             keeps them for itself; no lease could be reached.
      first and last
      ── 192.0.2.0/27 ────────────────────────────────────── OK ──
        Nothing is wrong with it.
      """)
  }

  @Test func aWindowTooSmallShowsNoHalfPool() {
    for (rows, columns) in [(14, 80), (24, 59)] {
      var state = Fixtures.poolsPane(rows: rows, columns: columns)
      #expect(state.screen.contains("addresses   9/53 in use"))
      for key in "+x-uUadIXoj".map({ Key.character($0) }) + [.enter] {
        #expect(state.press(key) == [])
      }
      #expect(!state.hasDraft)
      #expect(state.overlays.isEmpty)
    }
  }
}
