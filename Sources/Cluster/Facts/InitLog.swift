import Basics
import Foundation

extension FactName {
  /// The last lines of the provider's init container, which registers its attributes on the chain.
  package static let initLog = FactName("initLog")
}

extension ClusterSnapshot {
  package var initLog: Fact<[String]> {
    get { self[.initLog] }
    set { self[.initLog] = newValue }
  }
}

extension FactDefinition {
  static let initLog: FactDefinition = {
    var definition = asked(
      .initLog, near: [.akash], calm: .seconds(600),
      [Question(after: [.akash, .releases]) { snapshot, _ in read(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  private static let lines = 300

  private static func read(_ snapshot: ClusterSnapshot) -> [Read] {
    guard let pod = snapshot.providerPod, let set = snapshot.providerStatefulSet,
      let container = pod.spec?.initContainers?.first?.name
    else { return [] }
    var log = WorkloadLog(
      kind: .statefulset, name: set.metadata.name, container: container,
      namespace: set.metadata.namespace ?? ConsoleSettings.akashNamespace, lines: lines)
    log.pod = WorkloadLog.Pod(name: pod.metadata.name, container: container)
    return [
      .text(.log(log), to: .initLog) { text in
        text.split(separator: "\n").map(String.init)
      }
    ]
  }
}
