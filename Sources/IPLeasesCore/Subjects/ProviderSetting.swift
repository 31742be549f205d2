import Basics
import Cluster
import Foundation

/// The setting by which a provider of Helm leases addresses: in the values of its release, in the
/// environment of its pod, and what of it the running pod has.
struct ProviderSetting {
  /// The guide's attribute, the one of the Akash Console's schema
  /// (console: config/provider-attributes.json) and the one of today's docs: an order is matched by
  /// every name it asks for, so each that is missing loses the buyers who ask by it.
  static let attributes = required + ["capabilities/ip-lease"]
  /// Those without which the switch-on is not done; the other is no reason for a restart.
  static let required = ["feat-endpoint-ip", "ip-lease"]

  let release: Release
  /// The provider's StatefulSet; nil where it was not found.
  let set: Workload?
  private let map: ConfigMap?
  private let podStarted: Date?

  /// nil where there is not exactly one provider of Helm.
  init?(_ snapshot: ClusterSnapshot) {
    guard let release = snapshot.providerRelease else { return nil }
    self.release = release
    set = snapshot.providerStatefulSet
    let name = "\(release.fullName(of: "provider"))-main"
    map = snapshot.akash.value?.configMaps.first { $0.metadata.name == name }
    podStarted = snapshot.providerPod?.status?.startTime
  }

  static func missingAttributes(
    _ values: ProviderValues, of names: [String] = attributes
  ) -> [String] {
    names.filter { name in
      !values.attributes.contains { $0.key == name && $0.value == "true" }
    }
  }

  /// As the StatefulSet gives it to the pod.
  var inSet: String? {
    let containers = set?.spec?.template?.spec?.containers ?? []
    return containers.lazy.flatMap { $0.env ?? [] }.first { $0.name == ProviderByHand.variable }?
      .value
  }

  /// As the ConfigMap has it, which the pod reads at its start.
  var inMap: String? { map?.data?[ProviderByHand.variable] }

  /// When the ConfigMap of the setting was changed last. A new revision of the release that leaves
  /// it as it was does not count; the revision's time stands in where the server keeps none.
  var changedAt: Date? { map?.metadata.changedAt ?? release.updatedAt }

  /// Where the setting lives in the ConfigMap only, a change of it alone does not replace the pod
  /// (helm-charts: charts/akash-provider/templates/statefulset.yaml@11.6.4).
  var isRestartNeeded: Bool {
    guard set != nil, inSet == nil, let podStarted, let changedAt else { return false }
    // Pod times are whole seconds, helm's are not.
    return podStarted.addingTimeInterval(1) < changedAt
  }

  var isRestarting: Bool {
    guard let changedAt else { return false }
    return set?.isRestarting(since: changedAt) == true
  }

  /// What may be overwritten: nothing, or what was captured here before.
  static func expectedFile(
    _ values: ProviderValues, _ snapshot: ClusterSnapshot, _ settings: ConsoleSettings
  ) throws(UserMessage) -> SecretText? {
    switch snapshot.providerFile {
    case .known(let text, _):
      if values.matchesCapture(text.reveal(), attributes: attributes) { return text }
      throw UserMessage(
        "\(settings.providerFile) is there already and differs from the values of the running "
          + "provider; it is not overwritten.",
        advice: "Move it away, or name another file: --provider-file FILE.")
    case .unreadable(let problem, _): throw problem
    case .absent, .notRead: return nil
    }
  }
}
