import Basics
import Foundation

extension FactName {
  /// The files of Kubespray's inventory on this machine; `absent` where none was named. May hold
  /// passwords.
  package static let inventory = FactName("inventory")
}

extension ClusterSnapshot {
  package var inventory: Fact<KubesprayInventory> {
    get { self[.inventory] }
    set { self[.inventory] = newValue }
  }
}

extension FactDefinition {
  static let inventory = FactDefinition(
    name: .inventory,
    making: .local { snapshot, settings, at in
      snapshot.inventory = InventoryReader.read(settings.inventory, at: at)
    })
}

extension InventoryReader {
  static func read(_ path: String?, at time: Date) -> Fact<KubesprayInventory> {
    guard let path else { return .absent(at: time) }
    do throws(UserMessage) {
      return .known(try read(path), at: time)
    } catch {
      return .unreadable(error, at: time)
    }
  }
}
