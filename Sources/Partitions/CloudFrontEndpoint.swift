/// The host names at which CloudFront is reached in a partition.
package struct CloudFrontEndpoint: Sendable, Hashable {
  private let domain: String
  private let dualStackDomain: String

  init(domain: String, dualStackDomain: String) {
    self.domain = domain
    self.dualStackDomain = dualStackDomain
  }

  /// The host name of one variant.
  ///
  /// - Parameters:
  ///   - fips: the one whose cryptography is validated by FIPS 140.
  ///   - dualStack: the one that is reached over IPv6 too.
  package func host(fips: Bool, dualStack: Bool) -> String {
    "cloudfront\(fips ? "-fips" : "").\(dualStack ? dualStackDomain : domain)"
  }
}
