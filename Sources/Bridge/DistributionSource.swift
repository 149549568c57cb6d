public import CloudFrontAPI
public import InvalidationPlanning

/// Where distributions are known from: CloudFront itself, or a saved list.
public protocol DistributionSource: AnyObject {
  /// Returns all distributions there are.
  func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution]
  /// Returns one by its id.
  func distribution(id: String, deadline: Duration?) throws(CloudFrontError) -> Distribution
}

extension CloudFrontClient: DistributionSource {}

/// A list that was saved before: what `cfbridge plan` plans with.
public final class SavedDistributions: DistributionSource {
  private let list: [Distribution]

  /// Takes a list.
  public init(_ list: [Distribution]) {
    self.list = list
  }

  /// Returns the list.
  public func distributions(deadline: Duration?) -> [Distribution] { list }

  /// Returns one of the list, or CloudFront's own error when it isn't in it.
  public func distribution(
    id: String, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    if let known = list.first(where: { $0.id == id }) { return known }
    throw CloudFrontError(
      operation: "GetDistributionConfig", distribution: id,
      reason: .refused(
        CloudFrontRefusal(
          status: 404, code: "NoSuchDistribution",
          message: "The specified distribution does not exist.")))
  }
}
