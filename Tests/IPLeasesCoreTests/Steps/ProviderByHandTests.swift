import Foundation
import Testing

@testable import Cluster
@testable import Execution
@testable import IPLeasesCore

/// A provider without Helm: where its setting is seen, and what is waited for.
struct ProviderByHandTests {
  private let settings = Sample.settings

  private func snapshot(_ container: String, map: String = "{}") -> ClusterSnapshot {
    var objects = NamespaceObjects()
    objects.statefulSets = [
      Sample.object(
        """
        {"metadata":{"name":"my-provider","generation":1},"spec":{"replicas":1,"template":
         {"spec":{"containers":[{"name":"provider"\(container)}]}}},
         "status":{"observedGeneration":1,"readyReplicas":1,"updatedReplicas":1}}
        """)
    ]
    objects.configMaps = [
      Sample.object(#"{"metadata":{"name":"settings"},"data":\#(map)}"#)
    ]
    return Sample.fresh { snapshot in
      snapshot.releases = .known([], at: Sample.now)
      snapshot.akash = .known(objects, at: Sample.now)
    }
  }

  private static let fromMap = #","envFrom":[{"configMapRef":{"name":"settings"}}]"#
  private static let byKey =
    #","env":[{"name":"AKASH_IP_OPERATOR","valueFrom":{"configMapKeyRef":{"name":"settings","key":"ip.on"}}}]"#

  @Test(arguments: [
    ("", "{}", nil),
    (#","env":[{"name":"AKASH_IP_OPERATOR","value":"true"}]"#, "{}", true),
    (#","env":[{"name":"AKASH_IP_OPERATOR","value":"false"}]"#, "{}", false),
    (#","args":["run","--ip-operator=true"]"#, "{}", true),
    (#","command":["provider-services","run","--ip-operator"]"#, "{}", true),
    (#","command":["sh","-c","exec provider-services run --ip-operator=false --x"]"#, "{}", false),
    (#","args":["export AKASH_IP_OPERATOR=\"true\"; provider-services run"]"#, "{}", true),
    (#","args":["--ip-operator-x=true"]"#, "{}", nil),
    (fromMap, #"{"AKASH_IP_OPERATOR":"true"}"#, true),
    (fromMap, #"{"AKASH_IP_OPERATOR":"false"}"#, false),
    (fromMap, "{}", nil),
    (
      #","envFrom":[{"prefix":"AKASH_","configMapRef":{"name":"settings"}}]"#,
      #"{"IP_OPERATOR":"true"}"#, true
    ),
    (byKey, #"{"ip.on":"true"}"#, true),
    // What stands in the template itself wins over a whole ConfigMap.
    (
      fromMap + #","env":[{"name":"AKASH_IP_OPERATOR","value":"false"}]"#,
      #"{"AKASH_IP_OPERATOR":"true"}"#, false
    ),
    (fromMap + #","args":["--ip-operator=true"]"#, #"{"AKASH_IP_OPERATOR":"false"}"#, true),
  ])
  func theSettingIsSeenWhereverItStands(container: String, map: String, isOn: Bool?) {
    let snapshot = snapshot(container, map: map)
    #expect(snapshot.providerByHand?.ipOperator == isOn)
    #expect(
      ProviderStep().assess(snapshot, settings).state == (isOn == true ? .done : .todo))
  }

  @Test func theWaitLooksAtTheConfigMapTheSettingComesFrom() throws {
    let inMap = snapshot(Self.byKey, map: #"{"ip.on":"false"}"#)
    let plan = try ProviderStep().plan(inMap, settings)
    #expect(!plan.changesSomething)
    guard case .wait(let wait)? = plan.actions.first else {
      Issue.record("\(plan.actions)")
      return
    }
    #expect(
      wait.probe.arguments.filter { $0.contains("my-provider") || $0.contains("settings") }
        == ["statefulset/my-provider", "configmap/settings"])
    #expect(wait.probe.arguments.last?.hasSuffix(#"{.items[*].data['ip\.on']}"#) == true)
    #expect(wait.isMet(by: .printed("[{}]\nin the ConfigMap: true")))
    #expect(!wait.isMet(by: .printed("[{}]\nin the ConfigMap: false")))
  }

  @Test(arguments: [
    (#"[{"env":[{"name":"AKASH_IP_OPERATOR","value":"true"}]}]"#, true),
    (#"[{"args":["run","--ip-operator=true"]}]"#, true),
    (#"[{"env":[{"name":"AKASH_IP_OPERATOR","value":"false"}]}]"#, false),
  ])
  func theWaitEndsWithTheSetting(containers: String, isMet: Bool) throws {
    let plan = try ProviderStep().plan(snapshot(""), settings)
    guard case .wait(let wait)? = plan.actions.first else {
      Issue.record("\(plan.actions)")
      return
    }
    #expect(wait.isMet(by: .printed(containers)) == isMet)
  }
}

extension CommandResult {
  fileprivate static func printed(_ text: String) -> CommandResult {
    CommandResult(exit: .code(0), standardOutput: Data(text.utf8))
  }
}
