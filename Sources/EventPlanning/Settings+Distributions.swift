package import CloudFrontModel
import FunctionSettings
import InvalidationPlanning

extension Settings {
  /// Returns the distributions that the settings name beyond known ones, by id, without origins:
  /// a saved list or a built-in one can't speak for a distribution that it does not hold.
  package func namedBeyond(_ known: [Distribution]) -> [Distribution] {
    Set(distributionIDs + bucketDistributions.values.joined())
      .subtracting(known.map(\.id)).sorted().map { Distribution(id: $0) }
  }
}
