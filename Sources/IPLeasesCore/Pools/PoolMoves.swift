import Addresses
import Basics

/// Which Services lose or change their address when pools are edited.
///
/// MetalLB up to 0.13 refuses a whole new configuration while a Service holds an address outside of
/// it: nothing moves, and this and every later edit is stuck. Since 0.14 it takes the address away
/// and gives another one where it can (MetalLB: internal/allocator/allocator.go, SetPools, and
/// controller/service.go, convergeBalancer, at v0.13.12 and v0.14.8).
package struct PoolMoves: Hashable, Sendable {
  package enum Rule: Hashable, Sendable {
    case refusesConfiguration
    case movesServices
  }

  package let rule: Rule
  /// Services that lose or change their address.
  package let moved: [AddressHolder]
  /// Services whose addresses keep MetalLB from taking the edit.
  package let blocking: [AddressHolder]
  /// Addresses the moved Services need: those that share one now are counted once.
  package let needed: Int
  /// Addresses that are free for them after the edit.
  package let free: AddressCount

  package init(
    from before: [PoolShape], to after: [PoolShape], holders: [AddressHolder],
    metallb version: Version?
  ) {
    // A version that cannot be read is taken for one that moves: the careful guess.
    rule =
      version.map { $0 < Version(0, 14, 0) } ?? false ? .refusesConfiguration : .movesServices
    let outside = holders.filter { holder in
      !holder.addresses.isEmpty && Self.home(of: holder, in: after) == nil
    }
    switch rule {
    case .refusesConfiguration:
      blocking = outside.filter { holder in
        holder.allocatedFrom != nil || Self.home(of: holder, in: before) != nil
      }
      moved = blocking.isEmpty ? Self.strayed(holders, before, after) : []
    case .movesServices:
      blocking = []
      // One that was outside before is moved by what came before, not by this edit.
      let lost = outside.filter { Self.home(of: $0, in: before) != nil }
      moved = lost + Self.strayed(holders, before, after)
    }
    needed = Set(moved.flatMap(\.addresses)).count
    free = Self.free(in: after, holders, without: Set(moved.map(\.title)))
  }

  /// True where MetalLB will not take the edit.
  package var isStuck: Bool { !blocking.isEmpty }

  /// True where some of the moved Services end up without an address.
  package var hasTooFew: Bool { free < AddressCount(UInt128(needed)) }

  /// The one pool that holds all addresses of a Service; nil where there is none.
  private static func home(of holder: AddressHolder, in pools: [PoolShape]) -> String? {
    guard !holder.addresses.isEmpty else { return nil }
    return pools.first { pool in holder.addresses.allSatisfy(pool.contains) }?.name
  }

  /// Services whose address goes to another pool than the one they ask for.
  private static func strayed(
    _ holders: [AddressHolder], _ old: [PoolShape], _ new: [PoolShape]
  ) -> [AddressHolder] {
    holders.filter { holder in
      guard let wanted = holder.requestedPool, let home = home(of: holder, in: new) else {
        return false
      }
      return home != wanted && Self.home(of: holder, in: old) == wanted
    }
  }

  private static func free(
    in pools: [PoolShape], _ holders: [AddressHolder], without moved: Set<String>
  ) -> AddressCount {
    let kept = Set(holders.filter { !moved.contains($0.title) }.flatMap(\.addresses))
    var count: AddressCount = 0
    for pool in pools where pool.autoAssign {
      let usable = pool.addresses.usableCount(avoidingBuggyIPs: pool.avoidBuggyIPs)
      count += usable.less(kept.count { pool.contains($0) })
    }
    return count
  }
}
