package import CloudFrontModel
import Digest
import Encoding
package import S3Events

extension CallerReference {
  /// Computes the token of a batch: `v1-` and 60 hex digits, 63 characters.
  ///
  /// A digest of what is asked and why: the distribution, the paths, and the identities of just the
  /// changes that contribute. So a redelivered event is the same request, and a second write of the
  /// same key is a new one. Order and repetition of the arguments don't matter.
  package init(
    distribution: DistributionID, paths: some Sequence<InvalidationPath>,
    identities: some Sequence<ChangeIdentity>
  ) {
    var text: [UInt8] = []
    func append(_ bytes: [UInt8]) {
      text += "\(bytes.count):".utf8
      text += bytes
    }
    append(Array(distribution.description.utf8))
    let paths = Set(paths).sorted()
    append(Array(String(paths.count).utf8))
    for path in paths { append(path.bytes) }
    for identity in Set(identities).sorted() { append(identity.bytes) }
    self.init("v1-" + Hex.encode(Array(SHA256.digest(of: text).prefix(30))))
  }
}
