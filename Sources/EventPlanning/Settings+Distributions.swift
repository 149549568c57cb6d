package import CloudFrontModel
import FunctionSettings
import InvalidationPlanning

extension Settings {
  /// Returns the distributions that the settings name and a list lacks, in the order of their ids.
  /// They have no origins, because nothing but their id is known.
  package func namedBeyond(_ known: [Distribution]) -> [Distribution] {
    Set(distributionIDs + bucketDistributions.values.joined())
      .subtracting(known.map(\.id)).sorted().map { Distribution(id: $0) }
  }
}
