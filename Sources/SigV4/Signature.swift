/// The outcome of signing: the header fields to send with the request.
public struct Signature: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// The value of `X-Amz-Date`.
  public let date: SigningDate
  /// The value of `X-Amz-Security-Token`, for temporary credentials.
  public let sessionToken: String?
  /// The value of `X-Amz-Content-Sha256`, where the signer was told to send it.
  public let contentDigest: String?
  /// The value of `Authorization`.
  public let authorization: String

  /// The fields to add to the request, beside those that were signed.
  public var headers: [(name: String, value: String)] {
    var headers = [(name: "X-Amz-Date", value: date.timestamp)]
    if let contentDigest { headers.append(("X-Amz-Content-Sha256", contentDigest)) }
    if let sessionToken { headers.append(("X-Amz-Security-Token", sessionToken)) }
    headers.append(("Authorization", authorization))
    return headers
  }

  /// The date alone, since whoever reads signature and token can use them.
  public var description: String { "signature of \(date) (hidden)" }

  /// A mirror without children, so that `dump` shows no secret either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
