import ArgumentParser

struct PoolsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pools", abstract: "The address pools: look, check, change, take out.",
    discussion: """
      FILE is a list of ranges (one a line), CSV with heads, JSON, MetalLB's YAML, the ConfigMap of \
      MetalLB 0.12, helm values with configInline, or Kubespray variables, old or new; "-" is standard \
      input. The form is found by looking, also among other documents and in Lists.
      """,
    subcommands: [
      PoolsShow.self, PoolsCheck.self, PoolsPlan.self, PoolsApply.self, PoolsExport.self,
      PoolsUsage.self, PoolsHistory.self,
    ],
    defaultSubcommand: PoolsShow.self)
}
