public import InvalidationPlanning
import XML

/// One page of ListDistributions.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListDistributions.html
public struct DistributionPage: Sendable, Equatable {
  /// The page's distributions; those without an id are left out.
  public var distributions: [Distribution]
  /// Where the next page starts; nil on the last page. Opaque.
  public var nextMarker: String?

  /// Reads a page. Only one distribution's elements are in memory at a time.
  ///
  /// - Throws: an XML error when it isn't well-formed; ``AnswerError`` when it is no page.
  public init(xml: [UInt8]) throws {
    var found: [Distribution] = []
    let root = try XMLReader.read(xml, streaming: "DistributionSummary") { summary in
      if let distribution = Distribution(summary: summary) { found.append(distribution) }
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
