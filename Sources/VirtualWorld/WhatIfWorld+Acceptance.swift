import ChangeHistory
import CloudFrontModel
import Encoding
import LocalCloud

// What CloudFront accepted.
extension WhatIfWorld {
  /// Counts an invalidation: its paths, and the objects that its wildcards hit by the way.
  func accept(_ invalidation: FakeInvalidation, for batch: [WhatIfMessage]) {
    outcome.invalidations += 1
    let time = CivilTime(millisecondsSinceEpoch: timeline.wallMilliseconds)
    let month = CivilTime.digits(time.year, 4) + "-" + CivilTime.digits(time.month, 2)
    outcome.pathsOfMonth[month, default: 0] += invalidation.paths.count
    let id = DistributionID(invalidation.distributionID)
    let wildcards = invalidation.paths.map { Array($0.utf8) }.filter { $0.last == 0x2A }
    guard !wildcards.isEmpty else { return }
    outcome.wildcards += wildcards.count
    let changed = Set(batch.map { [0x2F] + PathEncoding.encode($0.change.key) })
    for wildcard in wildcards {
      let hit = history.catalogue.count(under: wildcard, on: id)
      let meant = changed.count { $0.starts(with: wildcard.dropLast()) }
      outcome.collateral += max(0, hit - meant)
    }
  }
}
