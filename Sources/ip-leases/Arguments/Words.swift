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
extension StepID: ExpressibleByArgument {}
extension Upgrade.Part: ExpressibleByArgument {}
extension Way: ExpressibleByArgument {}
