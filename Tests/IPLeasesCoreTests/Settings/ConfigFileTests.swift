import Foundation
import Testing

@testable import Basics
@testable import IPLeasesCore

struct ConfigFileTests {
  @Test(arguments: ConfigFile.keys)
  func everyKeyThatIsNamedIsTaken(key: String) throws {
    let values = ["way": "helm", "kubespray-form": "old", "read-only": "true"]
    let file = try ConfigFile(parsing: "\(key): \(values[key] ?? "5m")\n", name: "c")
    #expect(file != ConfigFile())
  }

  @Test(arguments: ["yes", "accept-touch", "colour"])
  func anotherKeyIsRefusedWithThoseThereAre(key: String) {
    let message = #expect(throws: UserMessage.self) {
      try ConfigFile(parsing: "\(key): 1\n", name: "c")
    }
    #expect(message?.advice?.text().contains("state-dir, timeout") == true)
  }

  @Test func anEmptyVariableCountsAsUnset() {
    let folders = UserFolders(["HOME": "/h", "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""])
    #expect(folders == UserFolders(["HOME": "/h"]))
    #expect(folders.state == "/h/.local/state" && folders.configuration == "/h/.config")
    #expect(UserFolders(["XDG_STATE_HOME": "/s"]).state == "/s")
    #expect(UserFolders(["HOME": "/h", "XDG_STATE_HOME": "s"]).state == "/h/.local/state")
    // Whoever has no HOME has one all the same.
    #expect(UserFolders(["HOME": ""]).home == NSHomeDirectory())
  }
}
