import CLibcrypto

/// The hash function SHA-1, which is broken and here only names files: the AWS CLI calls its cache
/// of SSO tokens by it.
package enum SHA1 {
  /// Returns the 20 bytes of the digest; can't fail.
  ///
  /// `SHA1_Init`, `SHA1_Update`, `SHA1_Final`.
  package static func digest(of message: [UInt8]) -> [UInt8] {
    var context = SHA_CTX()
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    SHA1_Init(&context)
    SHA1_Update(&context, message, message.count)
    SHA1_Final(&digest, &context)
    return digest
  }
}
