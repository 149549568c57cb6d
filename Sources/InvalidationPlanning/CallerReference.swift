import Digest
public import S3Events

/// The idempotency token of an invalidation batch.
///
/// A digest of what is asked and why: the distribution, the paths, and the identities of just the
/// changes that contribute. So a redelivered event is the same request, which CloudFront answers
/// with the invalidation it already made, and a second write of the same key is a new one.
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
public struct CallerReference: Hashable, Sendable, CustomStringConvertible {
  /// The token as sent: `v1-` and 60 hex digits, 63 characters. AWS documents no longest length.
  public let description: String

  /// Computes the token; order and repetition of the arguments don't matter.
  public init(
    distribution: String, paths: some Sequence<InvalidationPath>,
    identities: some Sequence<ChangeIdentity>
  ) {
    var text: [UInt8] = []
    func append(_ bytes: [UInt8]) {
      text += "\(bytes.count):".utf8
      text += bytes
    }
    append(Array(distribution.utf8))
    let paths = Set(paths).sorted()
    append(Array(String(paths.count).utf8))
    for path in paths { append(path.bytes) }
    for identity in Set(identities).sorted() { append(identity.bytes) }
    description = "v1-" + Hex.encode(Array(SHA256.digest(of: text).prefix(30)))
  }
}
