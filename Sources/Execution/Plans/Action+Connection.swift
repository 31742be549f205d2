extension Action {
  package func reaching(_ connection: Connection) -> Action {
    switch self {
    case .command(let command): return .command(command.reaching(connection))
    case .file: return self
    case .wait(var wait):
      wait.probe = wait.probe.reaching(connection)
      return .wait(wait)
    }
  }
}
