import ArgumentParser

/// Answered by the program itself, which knows all commands.
struct CompletionCommand: ParsableCommand {
  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  static let configuration = CommandConfiguration(
    commandName: "completion", abstract: "Completion for a shell, with the values of options.",
    discussion: """
      For this session: source <(ip-leases completion bash). For good: put it where the shell looks, \
      as ~/.local/share/bash-completion/completions/ip-leases, a folder of zsh's fpath under the name \
      _ip-leases, or ~/.config/fish/completions/ip-leases.fish.
      """)

  @OptionGroup var options: GlobalOptions
  @Argument(help: "bash, zsh or fish.") var shell: Shell

  var known: CompletionShell {
    switch shell {
    case .bash: .bash
    case .zsh: .zsh
    case .fish: .fish
    }
  }
}
