package import AWSClient
import Partitions

/// A service that has an endpoint in every region.
package struct AWSService: Sendable {
  /// What its variable is called: `AWS_ENDPOINT_URL_STS`.
  let variable: String
  /// The first label of its host names, and its name in signatures.
  let name: String

  /// Creates a service.
  ///
  /// - Parameters:
  ///   - name: the first label of its host names, which is also its name in signatures.
  ///   - id: what its endpoint variable ends in, in the spelling of AWS's SDKs; the same in capital
  ///     letters unless it is given.
  package init(_ name: String, id: String? = nil) {
    self.name = name
    variable = "AWS_ENDPOINT_URL_" + (id ?? name.uppercased())
  }

  /// The Security Token Service.
  static let sts = AWSService("sts")

  /// Finds the service's endpoint in a region as AWS's SDKs do.
  ///
  /// The service's own variable comes before `AWS_ENDPOINT_URL`, and both before the partition of
  /// the region. `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` choose the variant.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  package func endpoint(
    region: String, environment: [String: String]
  ) throws(AWSClientError) -> AWSEndpoint {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    func isOn(_ name: String) -> Bool { value(name)?.lowercased() == "true" }
    let fips = isOn("AWS_USE_FIPS_ENDPOINT")
    let dualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT")
    if !isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
      for setting in [variable, "AWS_ENDPOINT_URL"] {
        guard let url = value(setting) else { continue }
        if fips { throw .endpointConflict(setting: setting, variant: "AWS_USE_FIPS_ENDPOINT") }
        if dualStack {
          throw .endpointConflict(setting: setting, variant: "AWS_USE_DUALSTACK_ENDPOINT")
        }
        return try AWSEndpoint(url: url, signingRegion: region, setting: setting)
      }
    }
    guard region.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || AWSService.isAlphanumeric($0) }),
      !region.isEmpty
    else {
      throw .invalidSetting(
        variable: "the region", value: region, expected: "a name such as eu-west-1")
    }
    let partition = Partition(region: region) ?? .aws
    let suffix = dualStack ? partition.dualStackSuffix : partition.dnsSuffix
    // GovCloud's plain STS is the validated one.
    let isPlainFIPS = name == "sts" && partition.name == "aws-us-gov" && !dualStack
    let label = fips && !isPlainFIPS ? "\(name)-fips" : name
    return try AWSEndpoint(
      url: "https://\(label).\(region).\(suffix)", signingRegion: region, setting: "AWS_REGION")
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
