import ArgumentParser
import Cluster
import Execution
import IPLeasesCore
import Terminal

// Words of other modules that stand on the command line as they are.
extension CheckReport.Threshold: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}
extension KubesprayForm: ExpressibleByArgument {}
extension PoolExport.Format: ExpressibleByArgument {}
extension Pseudonyms.Kind: ExpressibleByArgument {}
extension StepID: ExpressibleByArgument {
  package init?(argument: String) { self.init(named: argument) }

  package static var allValueStrings: [String] { allCases.map(\.rawValue) }
  package static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
extension Upgrade.Part: ExpressibleByArgument {}
extension Way: ExpressibleByArgument {}
