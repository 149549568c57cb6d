import CLibcrypto

/// The keyed hash HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
  /// Returns the 32 bytes of the authentication code.
  ///
  /// `HMAC`.
  ///
  /// - Throws: ``DigestError`` when OpenSSL refuses, as it does where its configuration keeps the
  ///   algorithm from loading.
  package static func code(for message: [UInt8], key: [UInt8]) throws(DigestError) -> [UInt8] {
    guard let keyLength = Int32(exactly: key.count) else { throw .keyTooLong(bytes: key.count) }
    var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    var length = UInt32(0)
    guard
      HMAC(EVP_sha256(), key, keyLength, message, message.count, &code, &length) != nil,
      length == code.count
    else { throw .hmacFailed }
    return code
  }
}
