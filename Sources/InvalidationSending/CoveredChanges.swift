import CloudFrontModel
import InvalidationPlanning
import S3Events

/// The changes that distributions are known to be done with, a bit for each.
///
/// An event of a thousand changes for five hundred distributions takes many invocations at
/// CloudFront's rate. Its paths are far too many to remember one by one, so this remembers the
/// changes whose paths were all accepted.
struct CoveredChanges {
  /// The most versions of distributions. Beyond it all is forgotten.
  static let maxVersions = 65_536
  /// What a change takes without its bits, approximately, in bytes.
  static let overhead = 160

  /// The most memory taken, approximately, in bytes.
  let maxBytes: Int
  /// The place of each version's bit.
  private var places: [DistributionVersion: Int] = [:]
  private var placesGiven = 0
  private var bits: [ChangeIdentity: [UInt64]] = [:]
  /// The changes in the order they were inserted; those before ``oldest`` are forgotten.
  private var order: [ChangeIdentity?] = []
  private var oldest = 0
  private(set) var bytes = 0

  init(maxBytes: Int = 8 << 20) {
    self.maxBytes = maxBytes
  }

  /// Whether a distribution is done with a change.
  func contains(_ change: ChangeIdentity, on version: DistributionVersion) -> Bool {
    guard let place = places[version], let words = bits[change], place / 64 < words.count else {
      return false
    }
    return words[place / 64] & 1 << UInt64(place % 64) != 0
  }

  /// Remembers that a distribution is done with a change.
  mutating func insert(_ change: ChangeIdentity, on version: DistributionVersion) {
    guard change.isDistinct else { return }
    if placesGiven >= CoveredChanges.maxVersions { self = CoveredChanges(maxBytes: maxBytes) }
    let place = places[version] ?? placesGiven
    if place == placesGiven {
      places[version] = place
      placesGiven += 1
    }
    if bits[change] == nil {
      order.append(change)
      bytes += CoveredChanges.overhead
    }
    let missing = place / 64 + 1 - (bits[change]?.count ?? 0)
    if missing > 0 {
      bits[change, default: []] += Array(repeating: 0, count: missing)
      bytes += 8 * missing
    }
    bits[change]?[place / 64] |= 1 << UInt64(place % 64)
    while bytes > maxBytes { forgetOldest() }
  }

  /// Forgets a distribution that no longer exists. Its place is not given to another.
  mutating func forget(_ id: DistributionID) {
    for version in places.keys where version.id == id { places[version] = nil }
  }

  private mutating func forgetOldest() {
    guard oldest < order.count else { return }
    if let change = order[oldest], let words = bits.removeValue(forKey: change) {
      bytes -= CoveredChanges.overhead + 8 * words.count
    }
    order[oldest] = nil
    oldest += 1
    if oldest > 4_096 {
      order.removeFirst(oldest)
      oldest = 0
    }
  }
}
