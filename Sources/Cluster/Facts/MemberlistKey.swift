import Basics
import Foundation

extension FactName {
  /// When the Secret was made by which the speakers know each other; `absent` where there is none.
  package static let memberlistKey = FactName("memberlistKey")
}

extension ClusterSnapshot {
  package var memberlistKey: Fact<Date> {
    get { self[.memberlistKey] }
    set { self[.memberlistKey] = newValue }
  }
}

extension FactDefinition {
  static let memberlistKey: FactDefinition = {
    var definition = asked(
      .memberlistKey, near: [.metallb], calm: .seconds(600),
      [Question(after: [.metallb]) { snapshot, _ in reads(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// Of the Secret nothing is decoded but its age.
  private static func reads(_ snapshot: ClusterSnapshot) -> [Read] {
    guard let found = snapshot.metallbInstallation else { return [] }
    let containers = found.controller.spec?.template?.spec?.containers ?? []
    let named = containers.lazy.flatMap { $0.env ?? [] }
      .first { $0.name == "METALLB_ML_SECRET_NAME" }?.value
    let path =
      "/api/v1/namespaces/\(ConsoleSettings.metallbNamespace)/secrets/\(named ?? "memberlist")"
    return [
      Read(.endpoint(path, purpose: "read when the speakers' common key was made")) {
        snapshot, answer in
        let found: Fact<Date?> = answer.decoded(as: NameList.Item.self) {
          $0.metadata.creationTimestamp
        }
        snapshot.memberlistKey =
          switch found {
          case .known(let time?, let at): .known(time, at: at)
          case .known(nil, let at), .absent(let at): .absent(at: at)
          case .unreadable(let problem, let at): .unreadable(problem, at: at)
          case .notRead: .notRead
          }
      }
    ]
  }
}
