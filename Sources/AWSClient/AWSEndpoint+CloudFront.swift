extension AWSEndpoint {
  /// Finds CloudFront's endpoint as AWS's SDKs do.
  ///
  /// `AWS_ENDPOINT_URL_CLOUDFRONT` comes before `AWS_ENDPOINT_URL`, and both before the partition
  /// of `AWS_REGION` or `AWS_DEFAULT_REGION`; `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`,
  /// `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` are switched on by `true`. Empty
  /// counts as unset.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  ///
  /// - Throws: ``AWSClientError/invalidEndpoint(setting:value:problem:)`` or
  ///   ``AWSClientError/endpointConflict(setting:variant:)``.
  public static func cloudFront(
    environment: [String: String]
  ) throws(AWSClientError) -> AWSEndpoint {
    func value(_ variable: String) -> String? {
      environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    func isOn(_ variable: String) -> Bool { value(variable)?.lowercased() == "true" }

    let region = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? "us-east-1"
    let isChina = region.lowercased().hasPrefix("cn-")
    let signingRegion = isChina ? "cn-northwest-1" : "us-east-1"
    let fips = isOn("AWS_USE_FIPS_ENDPOINT")
    let dualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT")

    if !isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
      for setting in ["AWS_ENDPOINT_URL_CLOUDFRONT", "AWS_ENDPOINT_URL"] {
        guard let url = value(setting) else { continue }
        if fips { throw .endpointConflict(setting: setting, variant: "AWS_USE_FIPS_ENDPOINT") }
        if dualStack {
          throw .endpointConflict(setting: setting, variant: "AWS_USE_DUALSTACK_ENDPOINT")
        }
        return try AWSEndpoint(url: url, signingRegion: signingRegion, setting: setting)
      }
    }

    let suffix =
      switch (isChina, dualStack) {
      case (false, false): "amazonaws.com"
      case (false, true): "global.api.aws"
      case (true, false): "cn-northwest-1.amazonaws.com.cn"
      case (true, true): "api.amazonwebservices.com.cn"
      }
    return try AWSEndpoint(
      url: "https://cloudfront\(fips ? "-fips" : "").\(suffix)", signingRegion: signingRegion,
      setting: "AWS_REGION")
  }
}
