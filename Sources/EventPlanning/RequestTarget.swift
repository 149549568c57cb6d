import CloudFrontModel
import InvalidationPlanning

/// What an invalidation request names, in whichever form its sender has it at hand.
enum RequestTarget: Hashable {
  /// A distribution, by its id or its ARN.
  case distribution(DistributionID)
  /// A bucket, by a host name that S3 gives it, an `s3:` URL or its ARN.
  case bucket(String)
  /// A distribution's host name or else a bucket; a URL stands for its host.
  case name(String)

  /// Reads a target.
  init(_ text: String) {
    self = RequestTarget.arn(text) ?? RequestTarget.url(text) ?? RequestTarget.plain(text)
  }

  /// The name that the rules of `PATH_RULES` for a bucket know.
  var name: String {
    switch self {
    case .distribution(let id): id.description
    case .bucket(let name), .name(let name): name
    }
  }

  /// The id that is meant where a name is one in lower case; nil for any other name. Ids that AWS
  /// gives are 13 or 14 letters and digits that begin with an E.
  var misspeltID: DistributionID? {
    guard case .name(let name) = self, !RequestTarget.looksLikeID(name) else { return nil }
    let upper = name.uppercased()
    guard RequestTarget.looksLikeID(upper), upper.hasPrefix("E"), (12...15).contains(upper.count)
    else { return nil }
    return DistributionID(upper)
  }

  /// `arn:aws:cloudfront::123456789012:distribution/ID`, `arn:aws:s3:::BUCKET`.
  private static func arn(_ text: String) -> RequestTarget? {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn" else { return nil }
    let resource = parts[5].split(separator: "/", omittingEmptySubsequences: false)
    if parts[2] == "cloudfront", resource.count == 2, resource[0] == "distribution" {
      return plain(String(resource[1]))
    }
    guard parts[2] == "s3", let bucket = resource.first, !bucket.isEmpty else { return nil }
    return .bucket(String(bucket))
  }

  private static func url(_ text: String) -> RequestTarget? {
    guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
    let rest = text[colon...].dropFirst(3)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.split(separator: "@").last?.prefix { $0 != ":" } ?? ""
    guard !host.isEmpty else { return nil }
    if text[..<colon].lowercased() == "s3" { return .bucket(String(host)) }
    let path = rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" }
    return plain(String(host), path: String(path))
  }

  private static func plain(_ text: String, path: String = "") -> RequestTarget {
    if looksLikeID(text) { return .distribution(DistributionID(text)) }
    if let bucket = OriginMatch.bucket(host: text, path: path) { return .bucket(bucket) }
    return .name(text.hasSuffix(".") ? String(text.dropLast()) : text)
  }

  /// Whether a text is a distribution id: these are in upper case, bucket and host names never are.
  /// Ids have 13 or 14 letters and digits today; no name that AWS gives has more than 63.
  private static func looksLikeID(_ text: String) -> Bool {
    text.utf8.count < 64
      && text.allSatisfy { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }
      && text.contains { ("A"..."Z").contains($0) }
  }
}
