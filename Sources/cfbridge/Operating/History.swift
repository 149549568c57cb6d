import Clock
import CloudFrontAPI
import CloudFrontModel
import OperatorAPI

/// Reads what was invalidated on a distribution, newest first.
struct History {
  let client: CloudFrontClient
  let distribution: DistributionID

  /// Reads pages until there are enough.
  ///
  /// - Parameters:
  ///   - limit: the most invalidations; nil reads all.
  ///   - since: the earliest time, in milliseconds since 1970 by CloudFront's clock.
  func read(limit: Int?, since: Int64? = nil) throws(CommandFailure) -> [InvalidationRecord] {
    var found: [InvalidationRecord] = []
    var markers: Set<String> = []
    var marker: String?
    defer { Progress.clear() }
    repeat {
      Progress.show("Reading the invalidations of \(distribution): \(found.count) …")
      let page = try calling { () throws(CloudFrontError) in
        try client.invalidations(of: distribution, marker: marker)
      }
      for record in page.invalidations {
        if let since, let createdAt = record.createdAt, createdAt < since { return found }
        if let limit, found.count >= limit { return found }
        found.append(record)
      }
      marker = page.nextMarker
      if let marker, !markers.insert(marker).inserted {
        throw CommandFailure(
          .failed, "ListInvalidations of \(distribution) does not end: it gave a marker twice.")
      }
    } while marker != nil
    return found
  }

  /// Reads the paths of invalidations, one call for each.
  func details(_ records: [InvalidationRecord]) throws(CommandFailure) -> [InvalidationRecord] {
    var detailed: [InvalidationRecord] = []
    defer { Progress.clear() }
    for (index, record) in records.enumerated() {
      Progress.show("Reading the paths of \(distribution): \(index) of \(records.count) …")
      detailed.append(try detail(record.id))
    }
    return detailed
  }

  /// Reads one invalidation with its paths.
  func detail(_ id: String) throws(CommandFailure) -> InvalidationRecord {
    try calling { () throws(CloudFrontError) in
      try client.invalidation(id, of: distribution)
    }
  }
}
