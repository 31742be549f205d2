import Glibc

// Glibc shows its fast search for a text only to GNU programs; addresses and lengths are passed
// alike by C and Swift.
@_silgen_name("memmem")
private func memmem(
  _ text: UnsafeRawPointer, _ length: Int, _ needle: UnsafeRawPointer, _ needleLength: Int
) -> UnsafeMutableRawPointer?

/// The C library's search for a text in bytes.
package enum ByteSearch {
  /// Where the text begins first, from the start of the bytes on.
  package static func first(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
    first(UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount, in: bytes)
  }

  package static func first(of text: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer)
    -> Int?
  {
    guard let start = text.baseAddress else { return 0 }
    return first(start, text.count, in: bytes)
  }

  private static func first(
    _ text: UnsafeRawPointer, _ length: Int, in bytes: UnsafeRawBufferPointer
  ) -> Int? {
    guard let base = bytes.baseAddress else { return length == 0 ? 0 : nil }
    return memmem(base, bytes.count, text, length).map { UnsafeRawPointer($0) - base }
  }
}
