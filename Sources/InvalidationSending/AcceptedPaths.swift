package import CloudFrontModel
import InvalidationPlanning
package import S3Events

/// The paths that were accepted lately in this execution environment, each with the change it was
/// accepted for and the distribution.
///
/// SQS delivers at least once and regroups what it delivers again, so a duplicate can come in a
/// batch with other changes, where the caller reference can't tell. Remembered here, it adds no
/// path. By path, since a change can be covered in part: what waits for a quota, or stands beside a
/// path that is refused, comes again alone. Bounded in number and in bytes, all distributions
/// together: the oldest are forgotten first.
package struct AcceptedPaths {
  private struct Entry: Hashable {
    var item: InvalidationItem
    var change: ChangeIdentity
    var distribution: DistributionID
  }

  /// How many bytes an entry takes beside those of its path and its change, about.
  static let overhead = 160

  /// How many are remembered.
  let maxCount: Int
  /// How many bytes they may take, about. A key may have 1,024.
  let maxBytes: Int

  private var known: Set<Entry> = []
  /// In the order they were remembered; what stands before ``oldest`` is forgotten already.
  private var order: [Entry?] = []
  private var oldest = 0
  /// What is remembered, in bytes, about.
  private(set) var bytes = 0

  /// How many are remembered now.
  package var count: Int { known.count }

  package init(maxCount: Int = 20_000, maxBytes: Int = 8 << 20) {
    self.maxCount = maxCount
    self.maxBytes = maxBytes
  }

  /// Whether a distribution accepted a path for a change.
  package func contains(
    _ item: InvalidationItem, for change: ChangeIdentity, on distribution: DistributionID
  ) -> Bool {
    known.contains(Entry(item: item, change: change, distribution: distribution))
  }

  /// Remembers a path, unless the change's facts don't tell it from a later one of its object.
  package mutating func insert(
    _ item: InvalidationItem, for change: ChangeIdentity, on distribution: DistributionID
  ) {
    let entry = Entry(item: item, change: change, distribution: distribution)
    guard change.isDistinct, known.insert(entry).inserted else { return }
    order.append(entry)
    bytes += AcceptedPaths.size(entry)
    while known.count > maxCount || bytes > maxBytes { forgetOldest() }
  }

  /// Forgets a distribution that turned out not to exist.
  package mutating func forget(_ distribution: DistributionID) {
    let kept = order[oldest...].compactMap { $0 }.filter { $0.distribution != distribution }
    order = kept
    oldest = 0
    known = Set(kept)
    bytes = kept.reduce(0) { $0 + AcceptedPaths.size($1) }
  }

  private mutating func forgetOldest() {
    guard oldest < order.count else { return }
    if let entry = order[oldest] {
      known.remove(entry)
      bytes -= AcceptedPaths.size(entry)
    }
    order[oldest] = nil
    oldest += 1
    // Now and then, so that the array does not grow for ever and each insertion stays cheap.
    if oldest > maxCount {
      order.removeFirst(oldest)
      oldest = 0
    }
  }

  private static func size(_ entry: Entry) -> Int {
    overhead + entry.item.bytes.count + entry.change.bytes.count
  }
}
