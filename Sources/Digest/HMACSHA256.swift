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

/// Why a digest could not be computed.
public enum DigestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `HMAC` returned NULL.
  case hmacFailed
  /// The key is longer than `HMAC` can be told.
  case keyTooLong(bytes: Int)

  /// The text for a log line.
  public var description: String {
    switch self {
    case .hmacFailed:
      "OpenSSL can't compute HMAC-SHA256; check OPENSSL_CONF and the machine's openssl.cnf"
    case .keyTooLong(let bytes):
      "an HMAC key of \(bytes) bytes is too long; check the credentials"
    }
  }
}
