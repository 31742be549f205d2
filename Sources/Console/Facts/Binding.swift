import ConsoleKit

/// A row of a key table of this console.
package typealias Binding = KeyBinding<KeyAction>
