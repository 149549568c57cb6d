package import CloudFrontModel
import XML

/// One page of ListDistributions.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html
package struct DistributionPage: Sendable, Equatable {
  /// The page's distributions; those without an id are left out.
  package var distributions: [Distribution]
  /// Where the next page starts; nil on the last page. Opaque.
  package var nextMarker: String?

  /// Reads a page. Only one distribution's elements are in memory at a time.
  ///
  /// - Throws: an XML error when it isn't well-formed; ``AnswerError`` when it is no page.
  package init(xml: [UInt8]) throws {
    try self.init(xml: xml, keeping: Distribution.summaryShape)
  }

  /// Reads a page with what a shape keeps of each distribution's elements; nil keeps all.
  init(xml: [UInt8], keeping shape: XMLShape?) throws {
    var found: [Distribution] = []
    var shared = SharedParts()
    let root = try XMLReader.read(
      xml, streaming: "DistributionSummary", keeping: shape
    ) { summary in
      if let distribution = Distribution(summary: summary, sharing: &shared) {
        found.append(distribution)
      }
    }
    guard root.name == "DistributionList" else {
      throw AnswerError.otherRoot(root.name, expected: "DistributionList")
    }
    distributions = found
    guard root["IsTruncated"] == "true" else { return }
    guard let marker = root["NextMarker"], !marker.isEmpty else { throw AnswerError.noMarker }
    nextMarker = marker
  }
}
