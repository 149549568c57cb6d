import CLibcrypto

/// The hash function SHA-256.
package enum SHA256 {
  /// Returns the 32 bytes of the digest; can't fail.
  ///
  /// `SHA256_Init`, `SHA256_Update`, `SHA256_Final`.
  package static func digest(of message: [UInt8]) -> [UInt8] {
    var context = SHA256_CTX()
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256_Init(&context)
    SHA256_Update(&context, message, message.count)
    SHA256_Final(&digest, &context)
    return digest
  }
}
