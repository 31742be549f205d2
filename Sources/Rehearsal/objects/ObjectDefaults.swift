import Basics

/// The fields the API server fills in where the manifest leaves them out.
enum ObjectDefaults {
  static func filled(_ object: JSONValue, _ kind: ResourceKind) -> JSONValue {
    switch kind.plural {
    case "services": service(object)
    case "deployments", "daemonsets", "statefulsets": workload(object, kind)
    case "ipaddresspools":
      object.merged(with: [
        "spec": [
          "autoAssign": object["spec"]["autoAssign"].isNull ? true : object["spec"]["autoAssign"],
          "avoidBuggyIPs": object["spec"]["avoidBuggyIPs"].isNull
            ? false : object["spec"]["avoidBuggyIPs"],
        ]
      ])
    default: object
    }
  }

  private static func service(_ object: JSONValue) -> JSONValue {
    let defaults: JSONValue = [
      "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"],
      "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None", "type": "ClusterIP",
    ]
    var object = object
    object["spec"] = defaults.merged(with: object["spec"])
    let ports = object["spec"]["ports"].items.map { port in
      var port = port
      if port["protocol"].isNull { port["protocol"] = "TCP" }
      if port["targetPort"].isNull { port["targetPort"] = port["port"] }
      return port
    }
    object["spec"]["ports"] = .array(ports)
    if object["status"]["loadBalancer"].isNull { object["status"]["loadBalancer"] = .empty }
    return object
  }

  private static func workload(_ object: JSONValue, _ kind: ResourceKind) -> JSONValue {
    var defaults: JSONValue = ["revisionHistoryLimit": 10]
    switch kind.plural {
    case "deployments":
      defaults["replicas"] = 1
      defaults["progressDeadlineSeconds"] = 600
      defaults["strategy"] = [
        "type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"],
      ]
    case "statefulsets":
      defaults["replicas"] = 1
      defaults["podManagementPolicy"] = "OrderedReady"
      defaults["updateStrategy"] = ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]]
    default:
      defaults["updateStrategy"] = [
        "type": "RollingUpdate", "rollingUpdate": ["maxSurge": 0, "maxUnavailable": 1],
      ]
    }
    var object = object
    object["spec"] = defaults.merged(with: object["spec"])
    var template = object["spec"]["template"]["spec"]
    let podDefaults: JSONValue = [
      "dnsPolicy": "ClusterFirst", "restartPolicy": "Always",
      "schedulerName": "default-scheduler", "securityContext": [:],
      "terminationGracePeriodSeconds": 30,
    ]
    template = podDefaults.merged(with: template)
    for list in ["containers", "initContainers"] where !template[list].isNull {
      template[list] = .array(template[list].items.map(container))
    }
    object["spec"]["template"]["spec"] = template
    return object
  }

  private static func container(_ container: JSONValue) -> JSONValue {
    let defaults: JSONValue = [
      "imagePullPolicy": "IfNotPresent", "resources": [:],
      "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    ]
    var result = defaults.merged(with: container)
    if !result["ports"].isNull {
      result["ports"] = .array(
        result["ports"].items.map { port in
          var port = port
          if port["protocol"].isNull { port["protocol"] = "TCP" }
          return port
        })
    }
    return result
  }
}
