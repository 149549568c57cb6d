public import Digest

/// Why a request could not be signed.
public enum SigningError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The keyed hash failed.
  case digest(DigestError)

  /// The text for a log line.
  public var description: String {
    switch self {
    case .digest(let error): "can't sign the request: \(error)"
    }
  }
}
