import CZlib
import Foundation

/// Packs and unpacks with gzip (RFC 1952).
package enum Gzip {
  /// - Parameter limit: bytes at most.
  /// - Returns: nil if it is not whole, not packed so, or holds more.
  package static func unpacked(_ packed: Data, limit: Int) -> Data? {
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

  /// The same bytes give the same bytes: neither a time nor a name goes with them.
  ///
  /// - Returns: nil where there is no memory for it.
  package static func packed(_ data: Data) -> Data? {
    var stream = z_stream()
    let wanted = deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard wanted == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(data.count))))
    var bytes = [UInt8](data)
    let code = bytes.withUnsafeMutableBufferPointer { input in
      packed.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        return deflate(&stream, Z_FINISH)
      }
    }
    return code == Z_STREAM_END ? Data(packed.prefix(Int(stream.total_out))) : nil
  }
}
