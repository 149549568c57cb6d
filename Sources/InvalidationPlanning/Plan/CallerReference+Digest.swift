package import CloudFrontModel
import Digest
import Encoding
package import S3Events

extension CallerReference {
  /// What batches of several distributions have in common, digested with each one's id.
  struct Basis {
    fileprivate let text: [UInt8]

    /// Joins paths and identities. Order and repetition of the arguments don't matter.
    init(
      paths: some Sequence<InvalidationPath>, identities: some Sequence<ChangeIdentity>
    ) {
      var text: [UInt8] = []
      let paths = Set(paths).sorted()
      text.append(part: Array(String(paths.count).utf8))
      for path in paths { text.append(part: path.bytes) }
      var last: ChangeIdentity?
      for identity in identities.sorted() where identity.bytes != last?.bytes {
        text.append(part: identity.bytes)
        last = identity
      }
      self.text = text
    }
  }

  /// Computes the token of a batch: `v1-` and 60 hex digits, 63 characters.
  ///
  /// A digest of what is asked and why: the distribution, the paths, and the identities of just the
  /// changes that contribute. So a redelivered event is the same request, and a second write of the
  /// same key is a new one. Order and repetition of the arguments don't matter.
  package init(
    distribution: DistributionID, paths: some Sequence<InvalidationPath>,
    identities: some Sequence<ChangeIdentity>
  ) {
    self.init(distribution: distribution, Basis(paths: paths, identities: identities))
  }

  init(distribution: DistributionID, _ basis: Basis) {
    var text: [UInt8] = []
    text.append(part: Array(distribution.description.utf8))
    text += basis.text
    self.init("v1-" + Hex.encode(Array(SHA256.digest(of: text).prefix(30))))
  }
}

extension [UInt8] {
  /// Appends bytes after their count, so that no two lists of parts give the same text.
  fileprivate mutating func append(part bytes: [UInt8]) {
    self += "\(bytes.count):".utf8
    self += bytes
  }
}
