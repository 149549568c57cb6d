import Partitions

/// How an origin's domain name names a bucket.
///
/// Every form S3 gives a bucket is known, dotted bucket names included; the whole name has to
/// match, so nothing that merely starts like the bucket does. Access points, multi-region access
/// points and own domains don't name their bucket: they need an override setting.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html
package struct OriginMatch: Hashable, Sendable {
  /// The kind of S3 endpoint.
  package enum Kind: String, Hashable, Sendable {
    /// The REST endpoint: global, regional, dash, dual-stack or FIPS.
    case rest
    /// The static website endpoint.
    case website
    /// Transfer acceleration; AWS advises against it behind CloudFront.
    case accelerate
  }

  /// The kind of endpoint.
  package var kind: Kind
  /// Whether the host's region is the event's, or one of them names none. Bucket names are unique
  /// in a partition, so a host with another region still is this bucket, but serves errors.
  package var regionAgrees: Bool

  /// Matches a domain name with a bucket; nil when it names something else.
  ///
  /// - Parameters:
  ///   - domainName: the origin's host, in any case, a final dot allowed.
  ///   - region: the bucket's region as the event has it; empty accepts any.
  package init?(domainName: String, bucket: String, region: String) {
    var host = domainName.lowercased()[...]
    if host.hasSuffix(".") { host = host.dropLast() }
    guard !bucket.isEmpty, host.hasPrefix(bucket.lowercased() + ".") else { return nil }
    let tail = host.dropFirst(bucket.lowercased().count + 1)
    let partitions = region.isEmpty ? Partition.all : [Partition(region: region) ?? .aws]
    for partition in partitions where tail.hasSuffix("." + partition.dnsSuffix) {
      let service = tail.dropLast(partition.dnsSuffix.count + 1)
      guard let (kind, hostRegion) = OriginMatch.endpoint(service, in: partition) else { continue }
      self.kind = kind
      regionAgrees = hostRegion == nil || region.isEmpty || hostRegion == region
      return
    }
    return nil
  }

  /// Matches a domain name with whatever bucket it names; nil when it is no S3 endpoint.
  static func someBucket(_ domainName: String) -> OriginMatch? {
    for index in domainName.indices where domainName[index] == "." {
      let bucket = String(domainName[..<index])
      if let match = OriginMatch(domainName: domainName, bucket: bucket, region: "") {
        return match
      }
    }
    return nil
  }

  /// What stands between the bucket and the partition's suffix: the form, then a region or none.
  /// Longer forms stand first: `s3-fips-us-gov-west-1` also looks like `s3-` and a region.
  private static let forms: [(prefix: String, kind: Kind)] = [
    ("s3-website-", .website), ("s3-website.", .website),
    ("s3-fips.dualstack.", .rest), ("s3-fips.", .rest), ("s3-fips-", .rest),
    ("s3.dualstack.", .rest), ("s3.", .rest), ("s3-", .rest),
  ]

  private static func endpoint(
    _ service: Substring, in partition: Partition
  ) -> (Kind, region: String?)? {
    switch service {
    case "s3" where partition == .aws: return (.rest, nil)
    case "s3-external-1" where partition == .aws: return (.rest, "us-east-1")
    case "s3-accelerate", "s3-accelerate.dualstack": return (.accelerate, nil)
    default: break
    }
    for (prefix, kind) in forms where service.hasPrefix(prefix) {
      let region = String(service.dropFirst(prefix.count))
      guard looksLikeRegion(region), (Partition(region: region) ?? .aws) == partition else {
        continue
      }
      return (kind, region)
    }
    return nil
  }

  /// Tells whether a name has a region's shape, as new regions appear every year: two to four
  /// letters, one or more words, a number (`us-gov-west-1`, `eusc-de-east-1`).
  private static func looksLikeRegion(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let number = parts.last, let first = parts.first else { return false }
    return (2...4).contains(first.count)
      && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { ("a"..."z").contains($0) } }
      && !number.isEmpty && number.allSatisfy { ("0"..."9").contains($0) }
  }
}
