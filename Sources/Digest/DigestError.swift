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
