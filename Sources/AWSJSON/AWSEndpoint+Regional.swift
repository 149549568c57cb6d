package import AWSClient
import Partitions

extension AWSEndpoint {
  /// Finds the endpoint of a service in a region as AWS's SDKs do.
  ///
  /// The service's own variable, such as `AWS_ENDPOINT_URL_SQS`, comes before `AWS_ENDPOINT_URL`,
  /// and both before the region's own host name; `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`,
  /// `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` are switched on by `true`. A region
  /// of unknown form counts as one of the partition `aws`.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  ///
  /// - Parameter service: the service's name in host names and signatures, in lower case.
  /// - Throws: ``AWSClientError/invalidEndpoint(setting:value:problem:)``.
  package static func regional(
    _ service: String, region: String, environment: [String: String]
  ) throws(AWSClientError) -> AWSEndpoint {
    func value(_ variable: String) -> String? {
      environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    func isOn(_ variable: String) -> Bool { value(variable)?.lowercased() == "true" }

    if !isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
      for setting in ["AWS_ENDPOINT_URL_\(service.uppercased())", "AWS_ENDPOINT_URL"] {
        guard let url = value(setting) else { continue }
        return try AWSEndpoint(url: url, signingRegion: region, setting: setting)
      }
    }
    let partition = Partition(region: region) ?? .aws
    let dualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT")
    // GovCloud's common endpoint is the validated one.
    let fips = isOn("AWS_USE_FIPS_ENDPOINT") && (dualStack || partition.name != "aws-us-gov")
    let suffix = dualStack ? partition.dualStackSuffix : partition.dnsSuffix
    return try AWSEndpoint(
      url: "https://\(service)\(fips ? "-fips" : "").\(region).\(suffix)", signingRegion: region,
      setting: "AWS_REGION")
  }
}
