import Basics
import ConsoleKit
import IPLeasesCore
import Terminal

/// What is shown, and the few keys that work, in a window too small to show a question whole.
package enum SafeScreen {
  private static let help = "Q quit  P print as text  a larger window shows the rest"

  static func press(_ key: Key, _ scene: Scene) -> [Move] {
    switch key {
    case .character("Q"), .function(10): [.perform(.quit(code: 0))]
    case .character("P"): [.perform(.plainPrint(Export.lines(scene)))]
    case .character("?"), .function(1): [.say(help)]
    case .control("l"): [.perform(.redraw)]
    case .control("z"): [.perform(.suspend)]
    default: []
    }
  }

  package static func draw(_ scene: Scene, on canvas: inout Canvas) {
    let columns = canvas.size.columns
    guard columns > 0 else { return }
    var lines = [Frame.title(scene, columns: columns)]
    if let status = scene.known.facts?.status {
      let word = StateWord(status.state)
      lines.append(
        Line().adding(word.rawValue, columns: 6, style: Theme.style(of: word))
          .adding(SafeText.line(status.now)))
    }
    if let count = scene.known.facts?.addressesInUse, !count.isEmpty {
      lines.append(Line("addresses   \(count) in use"))
    }
    if let run = scene.known.run, run.outcome == nil {
      lines.append(Line("RUNNING  \(run.doneCount) of \(run.states.count) done, goes on"))
    }
    lines.append(Line(""))
    let size = "\(canvas.size.columns)x\(canvas.size.rows)"
    let works = scene.known.notice == help ? help : "Works: Q ? P"
    let text = "Window \(size), 60x15 is needed. Nothing can be changed here. \(works)"
    lines += Text.wrap(text, columns).map { Line($0) }
    lines.append(Line("Or run:  " + scene.known.text(Advice(own: ["status"]))))
    canvas.draw(lines, in: canvas.bounds)
  }
}
