import Basics

extension FactName {
  /// Which speakers say that they announce an address, by their metrics; read where MetalLB is too
  /// old to say it by objects.
  package static let speakerAnnouncements = FactName("speakerAnnouncements")
}

extension ClusterSnapshot {
  /// By service, as namespace/name, the nodes whose speakers answer for it.
  package var speakerAnnouncements: Fact<[String: Set<String>]> {
    get { self[.speakerAnnouncements] }
    set { self[.speakerAnnouncements] = newValue }
  }
}

extension FactDefinition {
  static let speakerAnnouncements: FactDefinition = {
    var definition = asked(
      .speakerAnnouncements, near: [.metallb], calm: .seconds(120),
      [Question(after: [.metallb, .announcements]) { snapshot, _ in reads(snapshot) }])
    definition.isOnDemand = true
    return definition
  }()

  /// One that is alone cannot contradict another.
  private static func reads(_ snapshot: ClusterSnapshot) -> [Read] {
    guard snapshot.announcements.isAbsent,
      let labels = snapshot.metallbInstallation?.speaker?.spec?.selector?.matchLabels,
      !labels.isEmpty, let pods = snapshot.metallb.value?.pods(matching: labels), pods.count > 1
    else { return [] }
    return pods.map { pod in
      let path =
        "/api/v1/namespaces/\(ConsoleSettings.metallbNamespace)/pods/\(pod.metadata.name):7472"
        + "/proxy/metrics"
      let node = pod.spec?.nodeName ?? pod.metadata.name
      return Read(.endpoint(path, purpose: "ask a speaker what it announces")) {
        snapshot, answer in
        let told: Fact<Set<String>> = answer.text { services(in: $0) }
        guard let services = told.value else { return }
        var all = snapshot.speakerAnnouncements.value ?? [:]
        for service in services { all[service, default: []].insert(node) }
        snapshot.speakerAnnouncements = .known(all, at: answer.at)
      }
    }
  }

  /// Those announced on the local network (MetalLB: speaker/main.go, gauge metallb_speaker_announced).
  static func services(in metrics: String) -> Set<String> {
    var services: Set<String> = []
    for line in metrics.split(separator: "\n") where line.hasPrefix("metallb_speaker_announced{") {
      guard line.hasSuffix(" 1"), line.contains("protocol=\"layer2\""),
        let start = line.range(of: "service=\"")?.upperBound,
        let end = line[start...].firstIndex(of: "\"")
      else { continue }
      services.insert(String(line[start..<end]))
    }
    return services
  }
}
