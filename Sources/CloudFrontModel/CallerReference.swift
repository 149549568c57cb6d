/// The idempotency token of an invalidation batch.
///
/// CloudFront answers a request whose token it knows with the invalidation that it already made.
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
package struct CallerReference: Hashable, Sendable, CustomStringConvertible {
  /// The token as sent. AWS documents no longest length.
  package let description: String

  /// Takes a token as it is.
  package init(_ description: String) {
    self.description = description
  }
}
