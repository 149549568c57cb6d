import Clock
import CloudFrontAPI
import CloudFrontModel
import Ledger
import OperatorAPI

/// Finds what was invalidated: in CloudTrail, or in the history of the distributions.
struct AuditSource {
  let account: Account
  let client: CloudFrontClient
  /// The earliest time, in milliseconds since 1970.
  let since: Int64
  /// What the function's ledger has, by the invalidation's id; it spares a call each.
  var ledger: [String: HistoryEntry] = [:]

  /// The calls that invalidate.
  private static let operations = [
    "CreateInvalidation", "CreateInvalidationForDistributionTenant",
  ]

  /// Reads CloudTrail in CloudFront's region. It takes two calls a second.
  func trail() throws(CommandFailure) -> [AuditedBatch] {
    let trail = try account.service(.cloudtrail, region: "us-east-1")
    var batches: [AuditedBatch] = []
    defer { Progress.clear() }
    for operation in AuditSource.operations {
      var next: String?
      repeat {
        Progress.show("Reading CloudTrail: \(batches.count) invalidations …")
        let page = try asking { () throws(ServiceError) in
          try trail.trail(of: operation, since: since, next: next)
        }
        batches += page.events.compactMap { AuditedBatch(event: $0) }
        next = page.next
        if next != nil { TimeSource.system.sleep(.milliseconds(500)) }
      } while next != nil
    }
    return batches.filter { $0.time >= since }
  }

  /// Asks the history for the paths that CloudTrail left out, as it does with long requests.
  func completed(_ batches: [AuditedBatch]) -> [AuditedBatch] {
    defer { Progress.clear() }
    return batches.map { batch in
      guard batch.paths == nil, let id = batch.invalidation else { return batch }
      var batch = batch
      if let paths = ledger[id]?.allPaths {
        batch.paths = paths
        return batch
      }
      Progress.show("Reading the paths of \(id) …")
      batch.paths = (try? client.invalidation(id, of: batch.distribution))?.paths
      return batch
    }
  }

  /// Reads the history of distributions, one call for each invalidation that the ledger does not
  /// have.
  func history(of distributions: [DistributionID]) throws(CommandFailure) -> [AuditedBatch] {
    var batches: [AuditedBatch] = []
    for id in distributions {
      let history = History(client: client, distribution: id)
      for record in try history.read(limit: nil, since: since) {
        Progress.show("Reading the paths of \(id): \(batches.count) …")
        var record = record
        if let entry = ledger[record.id], let paths = entry.allPaths {
          (record.paths, record.callerReference) = (paths, entry.callerReference)
        } else {
          record = try history.detail(record.id)
        }
        if let batch = AuditedBatch(record, of: id) { batches.append(batch) }
      }
      Progress.clear()
    }
    return batches
  }
}

/// Tells whether viewers can have copies, by what the distributions are set to now.
final class Reach {
  private let client: CloudFrontClient
  private var known: [DistributionID: Distribution?] = [:]

  init(_ client: CloudFrontClient) {
    self.client = client
  }

  /// The distribution; nil where it is gone or can't be seen.
  func distribution(_ id: DistributionID) -> Distribution? {
    if let found = known[id] { return found }
    let found = (try? client.state(of: id))?.distribution
    known[id] = found
    return found
  }

  /// Whether a viewer can have a copy under a path: not where the distribution is switched off,
  /// where what answers keeps no copies, or where the path repeats the origin's folder, which
  /// viewers don't write. What can't be seen counts as reachable.
  func isReachable(_ path: InvalidatedPath, on id: DistributionID) -> Bool {
    guard let distribution = distribution(id) else { return true }
    guard distribution.isEnabled else { return false }
    guard path.bytes.first == UInt8(ascii: "/"), !path.isWildcard else { return true }
    let plain = path.bytes.prefix { $0 != UInt8(ascii: "?") }
    let behavior =
      distribution.behaviors.first { $0.pathPattern?.matches(plain) == true }
      ?? distribution.defaultBehavior
    guard let behavior else { return true }
    if distribution.cachePolicy(of: behavior)?.canCache == false { return false }
    let origin = distribution.origins.first { $0.id == behavior.targetOriginID }
    let folder = Array((origin?.originPath ?? "").utf8)
    return folder.isEmpty || behavior.mayRewrite
      || !plain.starts(with: folder + [UInt8(ascii: "/")])
  }
}
