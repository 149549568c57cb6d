/// A partition of AWS: accounts, bucket names and keys are of one partition, and host names end
/// differently in each.
///
/// The one table of them, for origins and endpoints alike. From botocore's `partitions.json` and
/// CloudFront's endpoint rule set, which the conformance tests compare it with.
package struct Partition: Sendable, Hashable {
  /// The name that ARNs have in second place, such as `aws-cn`.
  package let name: String
  /// What the host names of regional services end in.
  package let dnsSuffix: String
  /// What they end in where the service is reached over IPv6 too.
  package let dualStackSuffix: String
  /// The region of services that are one for the whole partition, CloudFront among them: their
  /// requests are signed for it.
  package let globalRegion: String
  /// Where CloudFront is reached; nil where there is none.
  package let cloudFront: CloudFrontEndpoint?

  /// What the names of its regions begin with.
  private let regionPrefixes: [String]
  /// How many words stand between prefix and number: one in `us-gov-west-1`.
  private let regionWords: Int

  private init(
    _ name: String, dnsSuffix: String, dualStackSuffix: String, globalRegion: String,
    regionPrefixes: [String], regionWords: Int = 1, cloudFront: CloudFrontEndpoint? = nil
  ) {
    self.name = name
    self.dnsSuffix = dnsSuffix
    self.dualStackSuffix = dualStackSuffix
    self.globalRegion = globalRegion
    self.regionPrefixes = regionPrefixes
    self.regionWords = regionWords
    self.cloudFront = cloudFront
  }

  /// The partition of a region, in any case; nil when no partition has regions of that form.
  ///
  /// New regions appear every year, so a region is known by its form, not by a list. The name of a
  /// partition with `-global` stands for the whole of it, as in AWS's SDKs.
  package init?(region: String) {
    let region = region.lowercased()
    guard let found = Partition.all.first(where: { $0.hasRegion(region) }) else { return nil }
    self = found
  }

  private func hasRegion(_ region: String) -> Bool {
    region == name + "-global"
      || regionPrefixes.contains {
        region.hasPrefix($0) && Partition.isPlace(region.dropFirst($0.count), words: regionWords)
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Tells whether words and a number stand here: `west-1`.
  private static func isPlace(_ text: Substring, words: Int) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == words + 1, let number = parts.last, !number.isEmpty else { return false }
    return number.utf8.allSatisfy(isDigit)
      && parts.dropLast().allSatisfy { word in
        !word.isEmpty
          && word.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || isDigit($0)
              || $0 == UInt8(ascii: "_")
          }
      }
  }
}

extension Partition {
  /// The partition of most accounts, and of regions that no partition is known for.
  package static let aws = Partition(
    "aws", dnsSuffix: "amazonaws.com", dualStackSuffix: "api.aws", globalRegion: "us-east-1",
    regionPrefixes: ["us-", "eu-", "ap-", "sa-", "ca-", "me-", "af-", "il-", "mx-"],
    cloudFront: CloudFrontEndpoint(
      domain: "amazonaws.com", dualStackDomain: "global.api.aws"))

  /// Every partition there is.
  package static let all = [
    aws,
    Partition(
      "aws-cn", dnsSuffix: "amazonaws.com.cn", dualStackSuffix: "api.amazonwebservices.com.cn",
      globalRegion: "cn-northwest-1",
      regionPrefixes: ["cn-"],
      cloudFront: CloudFrontEndpoint(
        domain: "cn-northwest-1.amazonaws.com.cn",
        dualStackDomain: "api.amazonwebservices.com.cn")),
    Partition(
      "aws-eusc", dnsSuffix: "amazonaws.eu", dualStackSuffix: "api.amazonwebservices.eu",
      globalRegion: "eusc-de-east-1",
      // A country and a direction: eusc-de-east-1.
      regionPrefixes: ["eusc-"], regionWords: 2,
      cloudFront: CloudFrontEndpoint(
        domain: "amazonaws.eu", dualStackDomain: "api.amazonwebservices.eu")),
    Partition(
      "aws-us-gov", dnsSuffix: "amazonaws.com", dualStackSuffix: "api.aws",
      globalRegion: "us-gov-west-1",
      regionPrefixes: ["us-gov-"]),
    Partition(
      "aws-iso", dnsSuffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov",
      globalRegion: "us-iso-east-1",
      regionPrefixes: ["us-iso-"]),
    Partition(
      "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud",
      globalRegion: "us-isob-east-1",
      regionPrefixes: ["us-isob-"]),
    Partition(
      "aws-iso-e", dnsSuffix: "cloud.adc-e.uk", dualStackSuffix: "api.cloud-aws.adc-e.uk",
      globalRegion: "eu-isoe-west-1",
      regionPrefixes: ["eu-isoe-"]),
    Partition(
      "aws-iso-f", dnsSuffix: "csp.hci.ic.gov", dualStackSuffix: "api.aws.hci.ic.gov",
      globalRegion: "us-isof-south-1",
      regionPrefixes: ["us-isof-", "eu-isof-"]),
  ]
}

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
