/// One grammar of log lines. It reads bytes; texts are made only for a line that is shown.
package struct LogFormat: Sendable {
  package enum ID: UInt8, Hashable, Sendable, CaseIterable {
    /// L1: provider-services and operators before 0.10.
    case tendermint = 1
    /// L2: operators since 0.10.
    case zerolog
    /// L3: provider since 0.10.
    case zerologClock
    /// L4: other subcommands of provider-services; events and the journal of this console.
    case zerologPlain
    /// L5: MetalLB.
    case goKit
    /// L6: MetalLB's controller-runtime.
    case controllerRuntime
    /// L7: kube-proxy and other programs of Kubernetes.
    case klog
    /// L8: init scripts, and anything no other grammar knows.
    case script
    /// L9: FRR's daemons.
    case frr
    /// L10: helm and kubectl.
    case commandLine
  }

  package var id: ID
  /// Which program writes it.
  package var title: String
  /// Level, message and times of a line without colours and without kubectl's time; nil where the
  /// line is not of this grammar.
  var head: @Sendable (LineBytes) -> LogHead?
  /// The fields of a line whose head it has read.
  package var fields: @Sendable (LineBytes, LogHead) -> LogFields
}

/// What is known of a line without making a text.
package struct LogHead: Hashable, Sendable {
  var level: LogLevel?
  /// Where message and fields begin, behind time and level.
  var body: Int
  /// Where the line holds its own time: not compared when repeated lines are folded.
  var clock: Range<Int>?
  /// The line's own time, where it has date and time.
  var time: LogTime?
}

/// Message and fields of one line: its bytes, with quotes and escapes of the grammar undone.
package struct LogFields: Hashable, Sendable {
  package struct Field: Hashable, Sendable {
    package var key: [UInt8]
    package var value: [UInt8]
  }

  package var message: [UInt8]
  package var fields: [Field] = []
}
