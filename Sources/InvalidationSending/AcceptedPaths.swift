package import CloudFrontModel
package import InvalidationPlanning
package import S3Events

/// The paths that CloudFront accepted lately for this execution environment, each with its change
/// and its distribution.
///
/// Because SQS delivers at least once and regroups what it redelivers, a duplicate can arrive in a
/// batch with other changes, where the caller reference does not reveal it. This memory does, so
/// that the duplicate adds no path. It remembers single paths because a change can be covered in
/// part: while one of its paths waits for a quota or is refused, the others are accepted. The
/// number and the size of all entries are bounded, and the oldest are forgotten first. Of a change
/// whose paths on a distribution were all accepted, a bit suffices, see ``CoveredChanges``. Other
/// changes that happened before need not be told either, see ``AcceptanceTimes``.
package struct AcceptedPaths {
  private struct Entry: Hashable {
    var item: InvalidationItem
    var change: ChangeIdentity
    var distribution: DistributionID
  }

  /// The approximate overhead of an entry in bytes, without its path and its change.
  static let overhead = 160

  /// The most paths remembered.
  let maxCount: Int
  /// The most memory they may take, approximately, in bytes. A key may have 1,024.
  let maxBytes: Int

  private var covered = CoveredChanges()
  private var times = AcceptanceTimes()
  /// The distributions for which anything was accepted.
  private var distributions: Set<DistributionID> = []
  private var known: Set<Entry> = []
  /// The entries in the order they were inserted; those before ``oldest`` are forgotten.
  private var order: [Entry?] = []
  private var oldest = 0
  /// The memory they take now, approximately, in bytes.
  private(set) var bytes = 0

  /// The number of paths remembered now.
  package var count: Int { known.count }

  package init(maxCount: Int = 20_000, maxBytes: Int = 8 << 20) {
    self.maxCount = maxCount
    self.maxBytes = maxBytes
  }

  /// Whether anything was accepted for a distribution.
  package func knows(_ id: DistributionID) -> Bool { distributions.contains(id) }

  /// Whether a path of a change need not be sent to a distribution, because CloudFront accepted it
  /// for this change or accepted all paths of the change.
  package func contains(
    _ path: InvalidationPath, for change: ChangeIdentity, on version: DistributionVersion
  ) -> Bool {
    covered.contains(change, on: version) || contains(.path(path), for: change, on: version.id)
  }

  /// Whether an invalidation covers a path of a change, because CloudFront accepted it after the
  /// change's message was sent. From then on the path counts as accepted for the change, which may
  /// be sent again later, in another message.
  ///
  /// - Parameter sentAt: when the queue got the message, in milliseconds since 1970.
  package mutating func covers(
    _ path: InvalidationPath, of change: ChangeIdentity, sentAt: Int64,
    on distribution: DistributionID
  ) -> Bool {
    guard times.covers(path, sentAt: sentAt, on: distribution) else { return false }
    insert(.path(path), for: change, on: distribution)
    return true
  }

  /// Remembers what CloudFront accepted of a plan.
  package mutating func remember(
    _ parts: [BatchSender.Part], of plan: DistributionPlan, identity: (Int) -> ChangeIdentity
  ) {
    var open = plan.deferredItems
    for part in parts where !part.isAccepted { open.formUnion(part.items) }
    var done: Set<Int> = []
    for part in parts where part.isAccepted {
      distributions.insert(plan.id)
      if let time = part.coversUntil { note(part.paths.map(\.path), on: plan.id, at: time) }
      for reason in part.paths.lazy.flatMap(\.reasons) {
        // Beside the bit, since that is only good while the distribution looks as it did.
        insert(.path(reason.path), for: identity(reason.item), on: plan.id)
        if !open.contains(reason.item) { done.insert(reason.item) }
      }
    }
    guard let version = plan.version else { return }
    for item in done { covered.insert(identity(item), on: version) }
  }

  /// Remembers when CloudFront accepted paths: what happened before is covered.
  mutating func note(
    _ paths: [InvalidationPath], on distribution: DistributionID, at time: Int64
  ) {
    times.insert(paths, on: distribution, at: time)
  }

  /// Whether CloudFront accepted a path for a change on a distribution.
  package func contains(
    _ item: InvalidationItem, for change: ChangeIdentity, on distribution: DistributionID
  ) -> Bool {
    known.contains(Entry(item: item, change: change, distribution: distribution))
  }

  /// Remembers a path, unless a later change of the same object could look like this change.
  package mutating func insert(
    _ item: InvalidationItem, for change: ChangeIdentity, on distribution: DistributionID
  ) {
    let entry = Entry(item: item, change: change, distribution: distribution)
    guard change.isDistinct, known.insert(entry).inserted else { return }
    distributions.insert(distribution)
    order.append(entry)
    bytes += AcceptedPaths.size(entry)
    while known.count > maxCount || bytes > maxBytes { forgetOldest() }
  }

  /// Forgets the paths of a distribution that no longer exists.
  package mutating func forget(_ distribution: DistributionID) {
    covered.forget(distribution)
    times.forget(distribution)
    distributions.remove(distribution)
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
    // Rarely, so that an insertion stays cheap and yet the array does not grow for ever.
    if oldest > maxCount {
      order.removeFirst(oldest)
      oldest = 0
    }
  }

  private static func size(_ entry: Entry) -> Int {
    overhead + entry.item.bytes.count + entry.change.bytes.count
  }
}
