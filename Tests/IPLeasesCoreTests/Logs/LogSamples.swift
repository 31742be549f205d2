import Testing

@testable import Addresses
@testable import IPLeasesCore
@testable import Logs

/// Lines as the programs wrote them, and what is in them.
struct LogSample: CustomTestStringConvertible, Sendable {
  /// Tool and version the line was recorded from.
  var name: String
  var role: LogRole
  var line: String
  var format: LogFormat
  var level: LogLevel?
  var message: String
  var fields: [String]
  var known: KnownLineID?

  var testDescription: String { name }

  static let escape = "\u{1B}["

  static let all: [LogSample] = [
    LogSample(
      name: "operator-ip 0.4.8, kubectl 1.32.4", role: .operator,
      line: "2026-11-23T15:16:45.955898284Z E[2023-06-22|13:11:42.428] barrier is locked, cannot "
        + "service request     operator=ip path=/health",
      format: .tendermint, level: .error, message: "barrier is locked, cannot service request",
      fields: ["operator=ip", "path=/health"], known: .barrierLocked),
    LogSample(
      name: "operator-ip 0.4.8, its own time only", role: .operator,
      line: "I[2023-06-22|13:11:42.428] ip operator start                            operator=ip",
      format: .tendermint, level: .info, message: "ip operator start", fields: ["operator=ip"],
      known: .operatorStarted),
    LogSample(
      name: "operator-ip 0.8.3, quoted value", role: .operator,
      line: "D[2024-02-01|00:00:00.001] update failed: a=b, again                    "
        + "module=ip err=\"say \\\"no\\\" = no\" empty=",
      format: .tendermint, level: .debug, message: "update failed: a=b, again",
      fields: ["module=ip", "err=say \"no\" = no", "empty="]),
    LogSample(
      name: "operator-ip 0.16.2, dns", role: .operator,
      line: "<nil> ERR dns discovery failed error=\"lookup _monitoring._TCP.controller.metallb-"
        + "system.svc.cluster.local on 10.96.0.10:53: no such host\" operator=ip portName=monitoring",
      format: .zerolog, level: .error, message: "dns discovery failed",
      fields: [
        "error=lookup _monitoring._TCP.controller.metallb-system.svc.cluster.local on "
          + "10.96.0.10:53: no such host", "operator=ip", "portName=monitoring",
      ], known: .lookupFailed),
    LogSample(
      name: "operator-ip 0.16.2, list", role: .operator,
      line: "<nil> INF dns discovery success addrs=[{\"Target\":\"controller.metallb-system.svc."
        + "cluster.local.\",\"Port\":7472,\"Priority\":0,\"Weight\":100}] operator=ip",
      format: .zerolog, level: .info, message: "dns discovery success",
      fields: [
        "addrs=[{\"Target\":\"controller.metallb-system.svc.cluster.local.\",\"Port\":7472,"
          + "\"Priority\":0,\"Weight\":100}]", "operator=ip",
      ], known: .lookupSucceeded),
    LogSample(
      name: "operator-ip 0.16.2, comma and apostrophe", role: .operator,
      line: "<nil> ERR barrier is locked, can't service request operator=ip path=/health",
      format: .zerolog, level: .error, message: "barrier is locked, can't service request",
      fields: ["operator=ip", "path=/health"], known: .barrierLocked),
    LogSample(
      name: "operator-ip 0.16.2, nil error", role: .operator,
      line: "<nil> ERR observation stopped err=null operator=ip", format: .zerolog, level: .error,
      message: "observation stopped", fields: ["err=null", "operator=ip"], known: .watchRenewed),
    LogSample(
      name: "operator-ip 0.16.2, no level", role: .operator, line: "<nil> ??? odd operator=ip",
      format: .zerolog, level: nil, message: "odd", fields: ["operator=ip"]),
    LogSample(
      name: "provider 0.16.2, kubectl 1.32.4", role: .provider,
      line: "3:17PM INF group fetched module=bidengine-order order=akash1qqqqqqqqqqqqqqqqqqqqqqqq"
        + "qqqqqqqqqqqqqq/19127525/1/1",
      format: .zerologClock, level: .info, message: "group fetched",
      fields: [
        "module=bidengine-order",
        "order=akash1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq/19127525/1/1",
      ]),
    LogSample(
      name: "provider 0.16.2, colours", role: .provider,
      line: "2026-11-23T17:41:02.775430917Z \(escape)90m12:41PM\(escape)0m \(escape)31mERR"
        + "\(escape)0m \(escape)1mnot yet ready\(escape)0m \(escape)36merr=\(escape)0m\(escape)31m"
        + "\"ip operator is not yet alive\"\(escape)0m \(escape)36mmodule=\(escape)0mprovider-cluster",
      format: .zerologClock, level: .error, message: "not yet ready",
      fields: ["err=ip operator is not yet alive", "module=provider-cluster"],
      known: .operatorNotReady),
    LogSample(
      name: "provider-services 0.16.2, root logger", role: .provider,
      line: "PNC everything is lost code=7", format: .zerologPlain, level: .fatal,
      message: "everything is lost", fields: ["code=7"]),
    LogSample(
      name: "MetalLB 0.14.9 controller", role: .controller,
      line: #"{"caller":"service.go:180","event":"ipAllocated","ip":["203.0.113.5"],"level":"info""#
        + #","msg":"IP address assigned by controller","ts":"2026-11-23T14:40:11Z"}"#,
      format: .goKit, level: .info, message: "IP address assigned by controller",
      fields: ["caller=service.go:180", "event=ipAllocated", #"ip=["203.0.113.5"]"#]),
    LogSample(
      name: "MetalLB 0.14.9 controller, no message", role: .controller,
      line:
        #"{"caller":"config_controller.go:178","controller":"ConfigReconciler","event":"config "#
        + #"reloaded","level":"info","ts":"2026-11-23T14:40:11Z"}"#,
      format: .goKit, level: .info, message: "config reloaded",
      fields: ["caller=config_controller.go:178", "controller=ConfigReconciler"],
      known: .configurationLoaded),
    LogSample(
      name: "MetalLB 0.14.9 controller, allocation", role: .controller,
      line: #"{"caller":"service.go:173","error":"no available IPs in pool \"default\"","level":"#
        + #""error","msg":"IP allocation failed","op":"allocateIPs","ts":"2026-11-23T14:40:11Z"}"#,
      format: .goKit, level: .error, message: "IP allocation failed",
      fields: [
        "caller=service.go:173", "error=no available IPs in pool \"default\"", "op=allocateIPs",
      ], known: .allocationFailed),
    LogSample(
      name: "MetalLB 0.14.9 controller, stale configuration", role: .controller,
      line: #"{"caller":"config_controller.go:140","controller":"ConfigReconciler","error":"CIDR "#
        + #"\"10.0.0.0/8\" overlaps","level":"error","ts":"2026-11-23T14:40:11Z"}"#,
      format: .goKit, level: .error, message: "CIDR \"10.0.0.0/8\" overlaps",
      fields: ["caller=config_controller.go:140", "controller=ConfigReconciler"],
      known: .configurationStale),
    LogSample(
      name: "MetalLB 0.14.9 controller-runtime", role: .controller,
      line: #"{"level":"error","ts":"2026-11-23T14:40:11Z","logger":"cert-rotation","msg":"could "#
        + #"not refresh CA and server certs","error":"x509: certificate signed by unknown "#
        + #"authority","stacktrace":"a\n\tb"}"#,
      format: .controllerRuntime, level: .error,
      message: "could not refresh CA and server certs",
      fields: [
        "logger=cert-rotation", "error=x509: certificate signed by unknown authority",
        "stacktrace=a  b",
      ], known: .authorityUnknown),
    LogSample(
      name: "MetalLB 0.13.4 controller-runtime, seconds", role: .controller,
      line: #"{"level":"info","ts":1.655891502e+09,"logger":"x","msg":"starting"}"#,
      format: .controllerRuntime, level: .info, message: "starting", fields: ["logger=x"]),
    LogSample(
      name: "kube-proxy 1.31.4", role: .kubeProxy,
      line: "I1123 15:33:52.478691   20866 warnings.go:107] \"Warning: unrecognized format "
        + "\\\"cidr\\\"\" node=\"n 1\"",
      format: .klog, level: .info, message: "Warning: unrecognized format \"cidr\"",
      fields: ["node=n 1"]),
    LogSample(
      name: "kube-proxy 1.20.2, free text", role: .kubeProxy,
      line: "W0622 13:11:42.000001       1 proxier.go:1] missing br-netfilter", format: .klog,
      level: .warn, message: "missing br-netfilter", fields: []),
    LogSample(
      name: "provider init script, trace", role: .provider, line: "+ echo 'Error: not this one'",
      format: .script, level: nil, message: "+ echo 'Error: not this one'", fields: []),
    LogSample(
      name: "provider init script, error", role: .provider,
      line: "Error: empty address: provider address must valid bech32", format: .script,
      level: .error, message: "Error: empty address: provider address must valid bech32",
      fields: [], known: .addressRefused),
    LogSample(
      name: "provider init script, result", role: .provider, line: "query ended rc=1",
      format: .script, level: .error, message: "query ended rc=1", fields: []),
    LogSample(
      name: "FRR 9", role: .speaker,
      line: "2026/11/23 14:40:11 BGP: [M7Q4P-46WDR] vty[17]@> enable", format: .frr, level: nil,
      message: "[M7Q4P-46WDR] vty[17]@> enable", fields: []),
    LogSample(
      name: "helm 3.20.1, error", role: .journal,
      line: "Error: INSTALLATION FAILED: cannot re-use a name that is still in use",
      format: .commandLine, level: .error,
      message: "INSTALLATION FAILED: cannot re-use a name that is still in use", fields: []),
    LogSample(
      name: "helm 3.20.1, report", role: .journal, line: "STATUS: deployed", format: .commandLine,
      level: nil, message: "", fields: ["STATUS=deployed"]),
    LogSample(
      name: "helm 3.20.1, warning", role: .journal,
      line: "WARNING: Kubernetes configuration file is group-readable.", format: .commandLine,
      level: .warn, message: "Kubernetes configuration file is group-readable.", fields: []),
    LogSample(
      name: "kubelet 1.31.4, event", role: .events,
      line: "WRN Unhealthy object=pod/akash-provider-0 message=\"Liveness probe failed: timeout\"",
      format: .zerologPlain, level: .warn, message: "Unhealthy",
      fields: ["object=pod/akash-provider-0", "message=Liveness probe failed: timeout"],
      known: .livenessRestart),
  ]
}
