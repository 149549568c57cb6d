package import AWSClient
import Partitions

extension AWSEndpoint {
  /// Finds CloudFront's endpoint as AWS's SDKs do.
  ///
  /// `AWS_ENDPOINT_URL_CLOUDFRONT` comes before `AWS_ENDPOINT_URL`, and both before the partition
  /// of `AWS_REGION` or `AWS_DEFAULT_REGION`; `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`,
  /// `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` are switched on by `true`. Empty
  /// counts as unset, and an unknown region as one of the partition `aws`.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  ///
  /// - Throws: ``AWSClientError/invalidEndpoint(setting:value:problem:)``,
  ///   ``AWSClientError/endpointConflict(setting:variant:)`` or
  ///   ``AWSClientError/noEndpoint(service:region:partition:setting:)``.
  package static func cloudFront(
    environment: [String: String]
  ) throws(AWSClientError) -> AWSEndpoint {
    func value(_ variable: String) -> String? {
      environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    func isOn(_ variable: String) -> Bool { value(variable)?.lowercased() == "true" }

    let region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? Partition.aws.globalRegion
    let known = Partition(region: region)
    let partition = known ?? .aws
    let fips = isOn("AWS_USE_FIPS_ENDPOINT")
    let dualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT")

    if !isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
      for setting in ["AWS_ENDPOINT_URL_CLOUDFRONT", "AWS_ENDPOINT_URL"] {
        guard let url = value(setting) else { continue }
        if fips { throw .endpointConflict(setting: setting, variant: "AWS_USE_FIPS_ENDPOINT") }
        if dualStack {
          throw .endpointConflict(setting: setting, variant: "AWS_USE_DUALSTACK_ENDPOINT")
        }
        return try AWSEndpoint(
          url: url, signingRegion: partition.globalRegion, setting: setting)
      }
    }

    guard let cloudFront = partition.cloudFront else {
      throw .noEndpoint(
        service: "CloudFront", region: region, partition: partition.name,
        setting: "AWS_ENDPOINT_URL_CLOUDFRONT")
    }
    var endpoint = try AWSEndpoint(
      url: "https://\(cloudFront.host(fips: fips, dualStack: dualStack))",
      signingRegion: partition.globalRegion, setting: "AWS_REGION")
    if known == nil {
      endpoint.warnings.append(
        "the region \(region) is not known: requests go to \(endpoint.host), signed for "
          + "\(endpoint.signingRegion); correct the region if it is misspelled")
    }
    return endpoint
  }
}
