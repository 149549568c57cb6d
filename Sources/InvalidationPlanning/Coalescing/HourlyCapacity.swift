/// How much can be sent to CloudFront within an hour.
package struct HourlyCapacity: Hashable, Sendable {
  package var requests: Double
  /// The paths that are no wildcards.
  package var paths: Double
  package var wildcards: Double

  /// Creates a capacity; what is left out is what one execution environment may send at its start:
  /// 0.5 requests, 150 paths and 1 wildcard per second.
  package init(requests: Double = 1_800, paths: Double = 540_000, wildcards: Double = 3_600) {
    self.requests = requests
    self.paths = paths
    self.wildcards = wildcards
  }
}
