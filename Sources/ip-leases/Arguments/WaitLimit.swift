import ArgumentParser

/// A duration as kubectl writes it: a whole number and s, m or h.
struct WaitLimit: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
      (1..<100_000).contains(count)
    else { return nil }
    duration = .seconds(count * unit)
  }
}
