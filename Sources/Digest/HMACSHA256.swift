/// The keyed hash HMAC with SHA-256 (RFC 2104).
///
/// It is made of ``SHA256``: OpenSSL's own `HMAC` looks the algorithm up by name each time, which
/// takes five times as long, and the first time 3 million instructions.
package enum HMACSHA256 {
  private static let blockSize = 64

  /// Returns the 32 bytes of the authentication code; can't fail.
  package static func code(for message: [UInt8], key: [UInt8]) -> [UInt8] {
    let short = key.count > blockSize ? SHA256.digest(of: key) : key
    func padded(_ pad: UInt8) -> [UInt8] {
      var block = [UInt8](repeating: pad, count: blockSize)
      for (index, byte) in short.enumerated() { block[index] ^= byte }
      return block
    }
    let inner = SHA256.digest(of: padded(0x36) + message)
    return SHA256.digest(of: padded(0x5C) + inner)
  }
}
