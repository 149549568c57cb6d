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
  /// - Throws: ``XMLError`` when it isn't well-formed; ``PageError`` when it is no page.
  public init(xml: [UInt8]) throws {
    var found: [Distribution] = []
    let root = try XMLReader.read(xml, streaming: "DistributionSummary") { summary in
      if let distribution = Distribution(summary: summary) { found.append(distribution) }
    }
    guard root.name == "DistributionList" else { throw PageError.otherRoot(root.name) }
    distributions = found
    guard root["IsTruncated"] == "true" else { return }
    guard let marker = root["NextMarker"], !marker.isEmpty else { throw PageError.noMarker }
    nextMarker = marker
  }

  /// Why a well-formed document is no page.
  public enum PageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Another document.
    case otherRoot(String)
    /// It says there is more, and not where.
    case noMarker

    /// What is wrong with it.
    public var description: String {
      switch self {
      case .otherRoot(let name): "the root element is \(name), not DistributionList"
      case .noMarker: "IsTruncated is true and NextMarker is missing"
      }
    }
  }
}
