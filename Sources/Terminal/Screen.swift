/// Where frames go and keys come from. Lives on the thread of the program's loop.
package protocol Screen: AnyObject {
  var size: Size { get }
  /// Shows the frame: writes only the cells that differ from the last one.
  func show(_ canvas: Canvas)
  /// The keys that have arrived; empty when there are none. Never waits.
  func readKeys() -> [Key]
}
