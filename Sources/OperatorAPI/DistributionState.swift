import CloudFrontAPI
package import CloudFrontModel
import XML

/// A distribution and what goes on with it at the moment: the answer of GetDistribution.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Distribution.html
package struct DistributionState: Sendable, Equatable {
  /// The distribution with its configuration.
  package var distribution: Distribution
  /// `Deployed`, or `InProgress` while a change reaches the edge locations.
  package var status: String
  /// How many invalidations are in progress; nil where the answer doesn't say.
  package var invalidationsInProgress: Int?
  /// How each origin may read a private bucket: the id of its origin access control or identity,
  /// by the origin's id; empty where it has neither.
  package var accessControls: [String: String] = [:]

  /// CloudFront's clock when it answered, in milliseconds since 1970.
  package var answeredAt: Int64?

  /// Reads the answer.
  package init(xml: [UInt8], answeredAt: Int64? = nil) throws {
    self.answeredAt = answeredAt
    let root = try XMLReader.read(xml)
    guard root.name == "Distribution" else {
      throw AnswerError.otherRoot(root.name, expected: "Distribution")
    }
    guard let id = root["Id"], !id.isEmpty else { throw AnswerError.noID }
    let config = root.first("DistributionConfig") ?? XMLElement(name: "DistributionConfig")
    distribution = Distribution(id: DistributionID(id), config: config)
    distribution.domainName = root["DomainName"] ?? ""
    for origin in config.first("Origins")?.first("Items")?.children ?? [] {
      let control = origin["OriginAccessControlId"] ?? ""
      let identity = origin.first("S3OriginConfig")?["OriginAccessIdentity"] ?? ""
      accessControls[origin["Id"] ?? ""] = control.isEmpty ? identity : control
    }
    status = root["Status"] ?? ""
    invalidationsInProgress = root["InProgressInvalidationBatches"].flatMap { Int($0) }
  }
}
