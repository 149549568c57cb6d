import CloudFrontModel
import Partitions

/// How an origin names a bucket.
///
/// It does so with its domain name, in every form that S3 gives a bucket, dotted bucket names
/// included, or path-style: the domain name is S3's own endpoint, and the origin path begins with
/// the bucket. The whole name has to match, so nothing that merely starts like the bucket does.
/// Access points, multi-region access points and own domains don't name their bucket: they need an
/// override setting.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html
package struct OriginMatch: Hashable, Sendable {
  /// The kind of S3 endpoint.
  package enum Kind: String, Hashable, Sendable {
    /// The REST endpoint: global, regional, dash, dual-stack or FIPS.
    case rest
    /// The static website endpoint.
    case website
    /// Transfer acceleration; AWS advises against it as an origin.
    case accelerate
  }

  /// The kind of endpoint.
  package var kind: Kind
  /// Whether the host's region is the event's, or one of them names none. Because bucket names are
  /// unique in a partition, a host with another region still is this bucket, but serves errors.
  package var regionAgrees: Bool

  /// Matches a domain name with a bucket; nil when it names something else.
  ///
  /// - Parameters:
  ///   - domainName: the origin's host, in any case, a final dot allowed.
  ///   - region: the bucket's region as the event has it; empty accepts any.
  package init?(domainName: String, bucket: String, region: String) {
    // An account's list is searched for every event, so what does not begin like the bucket is
    // ruled out before anything is copied.
    guard OriginMatch.mayBegin(domainName, with: bucket) else { return nil }
    let host = OriginMatch.host(domainName)
    let name = bucket.lowercased().utf8
    guard !name.isEmpty, host.utf8.starts(with: name) else { return nil }
    let rest = host.utf8.dropFirst(name.count)
    guard rest.first == UInt8(ascii: ".") else { return nil }
    self.init(endpoint: Substring(rest.dropFirst()), region: region)
  }

  /// Matches an origin with a bucket, by its domain name or path-style; nil when it names something
  /// else.
  ///
  /// - Returns: the match, and the origin path within the bucket.
  static func match(
    _ origin: Origin, bucket: String, region: String
  ) -> (match: OriginMatch, originPath: String)? {
    if let match = OriginMatch(domainName: origin.domainName, bucket: bucket, region: region) {
      return (match, origin.originPath)
    }
    guard let (named, rest) = pathStyleBucket(origin), named == bucket,
      let match = OriginMatch(endpoint: host(origin.domainName), region: region)
    else { return nil }
    return (match, rest)
  }

  /// The first folder of an origin path, which is a bucket where the domain name is S3's own
  /// endpoint, and the origin path within it. Only REST endpoints take path-style requests.
  private static func pathStyleBucket(_ origin: Origin) -> (bucket: String, originPath: String)? {
    // Most origins have no path, so that is looked at first: a list has hundreds of them.
    let path = origin.originPath.drop { $0 == "/" }
    let bucket = path.prefix { $0 != "/" }
    guard !bucket.isEmpty,
      let endpoint = OriginMatch(endpoint: host(origin.domainName), region: ""),
      endpoint.kind == .rest
    else { return nil }
    return (String(bucket), String(path.dropFirst(bucket.count)))
  }

  /// Tells whether a name may begin with a bucket's; true for what is not ASCII.
  private static func mayBegin(_ domainName: String, with bucket: String) -> Bool {
    guard domainName.utf8.count > bucket.utf8.count else { return false }
    return zip(domainName.utf8, bucket.utf8).allSatisfy { one, other in
      one == other || one | other >= 0x80 || one | 0x20 == other | 0x20
    }
  }

  private static func host(_ domainName: String) -> Substring {
    let host = domainName.lowercased()[...]
    return host.hasSuffix(".") ? host.dropLast() : host
  }

  /// Matches what is left of a host name without the bucket.
  private init?(endpoint tail: Substring, region: String) {
    let partitions = region.isEmpty ? Partition.all : [Partition(region: region) ?? .aws]
    for partition in partitions where tail.hasSuffix("." + partition.dnsSuffix) {
      // Names are cut by bytes: counting characters takes ten times as long.
      let service = Substring(tail.utf8.dropLast(partition.dnsSuffix.utf8.count + 1))
      guard let (kind, hostRegion) = OriginMatch.endpoint(service, in: partition) else { continue }
      self.kind = kind
      regionAgrees = hostRegion == nil || region.isEmpty || hostRegion == region
      return
    }
    return nil
  }

  /// Returns the bucket that a host name of S3 names, or path-style the first folder of a path; nil
  /// for every other host.
  package static func bucket(host: String, path: String) -> String? {
    let name = String(self.host(host))
    for index in name.indices where name[index] == "." {
      let bucket = String(name[..<index])
      if OriginMatch(domainName: name, bucket: bucket, region: "") != nil { return bucket }
    }
    return pathStyleBucket(Origin(id: "", domainName: name, originPath: path))?.bucket
  }

  /// Matches an origin with whatever bucket it names; nil when it is no S3 endpoint.
  ///
  /// - Returns: the match, and the origin path within the bucket.
  static func someBucket(_ origin: Origin) -> (match: OriginMatch, originPath: String)? {
    let domainName = origin.domainName
    for index in domainName.indices where domainName[index] == "." {
      let bucket = String(domainName[..<index])
      if let match = OriginMatch(domainName: domainName, bucket: bucket, region: "") {
        return (match, origin.originPath)
      }
    }
    return pathStyleBucket(origin).flatMap { match(origin, bucket: $0.bucket, region: "") }
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
      let region = String(Substring(service.utf8.dropFirst(prefix.utf8.count)))
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
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let parts = name.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 3, let number = parts.last, let first = parts.first else { return false }
    return (2...4).contains(first.count)
      && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy { letters.contains($0) } }
      && !number.isEmpty && number.allSatisfy { digits.contains($0) }
  }
}
