import Digest
import Encoding

/// Signs requests to one service in one region with AWS Signature Version 4.
///
/// Keeps the signing key of the last credentials and day, so that a signature costs one keyed
/// hash and not five.
public struct Signer: Sendable, CustomReflectable {
  /// Where the rules differ between services; the defaults are those of all services but S3.
  public struct Options: Sendable, Equatable {
    /// Whether dot segments and repeated slashes leave the path before it is signed.
    public var normalizesPath = true
    /// Whether the path, encoded as it is sent, is encoded once more before it is signed.
    public var encodesPathTwice = true
    /// Whether the body's digest is sent and signed in a field of its own.
    public var sendsContentDigest = false
    /// Whether the session token, which is always sent, is signed too.
    public var signsSessionToken = true

    /// Creates the defaults.
    public init() {}

    /// The rules of S3: the path is signed as it is sent, and the body's digest is sent too.
    ///
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    public static var s3: Options {
      var options = Options()
      options.normalizesPath = false
      options.encodesPathTwice = false
      options.sendsContentDigest = true
      return options
    }
  }

  /// The region of the credential scope.
  public let region: String
  /// The service of the credential scope.
  public let service: String
  /// The rules in use.
  public let options: Options

  private var cached: (credentials: Credentials, day: String, key: [UInt8])?

  /// Creates a signer without a key; the first signature derives one.
  public init(region: String, service: String, options: Options = Options()) {
    self.region = region
    self.service = service
    self.options = options
  }

  /// Signs a request.
  public mutating func sign(
    _ request: SigningRequest, with credentials: Credentials, at date: SigningDate
  ) -> Signature {
    let canonical = canonicalRequest(request, with: credentials, at: date)
    let key = signingKey(of: credentials, on: date.day)
    let code = HMACSHA256.code(
      for: Array(stringToSign(canonical, at: date).utf8), key: key)
    return Signature(
      date: date,
      sessionToken: credentials.sessionToken,
      contentDigest: options.sendsContentDigest ? Signer.digest(of: request.body) : nil,
      authorization: "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(on: date.day))"
        + ", SignedHeaders=\(canonical.signedHeaders), Signature=\(Hex.encode(code))")
  }

  /// Spells the request together with the fields the signer adds.
  public func canonicalRequest(
    _ request: SigningRequest, with credentials: Credentials, at date: SigningDate
  ) -> CanonicalRequest {
    var request = request
    request.headers.append(("x-amz-date", date.timestamp))
    if options.sendsContentDigest {
      request.headers.append(("x-amz-content-sha256", Signer.digest(of: request.body)))
    }
    if options.signsSessionToken, let token = credentials.sessionToken {
      request.headers.append(("x-amz-security-token", token))
    }
    return CanonicalRequest(
      request, normalizingPath: options.normalizesPath,
      encodingPathAgain: options.encodesPathTwice)
  }

  /// Returns the text whose keyed hash is the signature.
  public func stringToSign(_ canonical: CanonicalRequest, at date: SigningDate) -> String {
    [
      "AWS4-HMAC-SHA256", date.timestamp, scope(on: date.day),
      Signer.digest(of: Array(canonical.text.utf8)),
    ].joined(separator: "\n")
  }

  /// A mirror without the key.
  public var customMirror: Mirror {
    Mirror(self, children: ["region": region, "service": service, "options": options])
  }

  private func scope(on day: String) -> String { "\(day)/\(region)/\(service)/aws4_request" }

  private mutating func signingKey(of credentials: Credentials, on day: String) -> [UInt8] {
    if let cached, cached.day == day, cached.credentials == credentials { return cached.key }
    var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
    for part in [day, region, service, "aws4_request"] {
      key = HMACSHA256.code(for: Array(part.utf8), key: key)
    }
    cached = (credentials, day, key)
    return key
  }

  private static func digest(of bytes: [UInt8]) -> String { Hex.encode(SHA256.digest(of: bytes)) }
}
