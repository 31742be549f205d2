import Foundation
import Testing

struct LogScreenDump {
  @Test func dump() throws {
    let dir = "/tmp/x-logpane/screens"
    try? FileManager.default.createDirectory(atPath: dir, withIntermediateDirectories: true)
    for (name, state) in LogScreens.all {
      try state.screen.write(toFile: "\(dir)/\(name).txt", atomically: false, encoding: .utf8)
    }
  }
}
