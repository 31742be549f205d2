import Glibc
import SystemPackage

/// Ends a change that a test only pretends: closes its output, whose lock says that it runs. Unlocked
/// first: a process that another test is starting just then has it open until it runs.
package func endChange(_ output: FileDescriptor) {
  flock(output.rawValue, LOCK_UN)
  try? output.close()
}
