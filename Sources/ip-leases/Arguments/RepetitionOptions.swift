import ArgumentParser

/// `-w`: the answer again whenever it says something else.
struct RepetitionOptions: ParsableArguments {
  @Flag(
    name: [.customShort("w"), .customLong("watch")],
    help: "Print anew whenever something changed, until it is stopped; json: one object a line.")
  var isOn = false
}
