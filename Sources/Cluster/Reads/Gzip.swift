import CZlib
import Foundation

/// What was packed with gzip (RFC 1952).
enum Gzip {
  /// - Parameter limit: bytes at most.
  /// - Returns: nil if it is not whole, not packed so, or holds more.
  static func unpacked(_ packed: Data, limit: Int) -> Data? {
    var stream = z_stream()
    // 16 asks for gzip's own head and checksum around the data.
    let wanted = inflateInit2_(
      &stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard wanted == Z_OK else { return nil }
    defer { inflateEnd(&stream) }
    var unpacked = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var bytes = [UInt8](packed)
    return bytes.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      while true {
        let (code, count) = buffer.withUnsafeMutableBufferPointer { output in
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          let code = inflate(&stream, Z_NO_FLUSH)
          return (code, output.count - Int(stream.avail_out))
        }
        guard code == Z_OK || code == Z_STREAM_END, unpacked.count + count <= limit else {
          return nil
        }
        unpacked.append(contentsOf: buffer[..<count])
        if code == Z_STREAM_END { return unpacked }
        // Nothing more comes, and it is not over.
        if count == 0, stream.avail_in == 0 { return nil }
      }
    }
  }
}
