import AWSClient
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import InvalidationPlanning
import OperatorAPI

/// Looks into the account for what a URL shows; what it may not see is told and left out.
struct ViewerAccount {
  /// The object's key, where somebody named it.
  let key: String?
  let output: OperatorOptions
  /// How many invalidations are looked at: their paths cost a call each.
  private static let mostInvalidations = 50

  func look(_ seen: inout ViewerEvidence) {
    do throws(CommandFailure) {
      let account = try output.account.open()
      let client = try account.cloudFront()
      let target = try Target.find(seen.url.host, in: client)
      guard let found = target.distributions.first else { return }
      let state = try calling { () throws(CloudFrontError) in try client.state(of: found.id) }
      var known = ViewerEvidence.Known(distribution: state.distribution)
      locate(&known, state, seen.url)
      seen.known = known
      try history(&seen, client)
      if let bucket = known.bucket { self.bucket(bucket, &seen, account) }
    } catch {
      seen.unseen.append("The account does not tell everything: \(error.text)")
    }
  }

  /// Finds the origin, the bucket and the key by the distribution's behaviors.
  private func locate(
    _ known: inout ViewerEvidence.Known, _ state: DistributionState, _ url: ViewerURL
  ) {
    let path = url.decodedPath
    let distribution = known.distribution
    let behavior = distribution.behaviors.first { $0.pathPattern?.matches(path) == true }
    guard let answering = behavior ?? distribution.defaultBehavior else { return }
    let group = distribution.originGroups.first { $0.id == answering.targetOriginID }
    let origin = distribution.origins.first {
      $0.id == (group?.members.first ?? answering.targetOriginID)
    }
    guard let origin else { return }
    known.origin = origin
    known.accessControl = state.accessControls[origin.id] ?? ""
    known.bucket = OriginMatch.bucket(host: origin.domainName, path: origin.originPath)
    if let key {
      known.key = Array(key.utf8)
      return
    }
    known.isGuess = answering.mayRewrite
    var bytes = Array(origin.originPath.utf8) + path
    if path == [UInt8(ascii: "/")], let root = distribution.defaultRootObject, !root.isEmpty {
      bytes += Array(root.utf8)
    } else if bytes.last == UInt8(ascii: "/") {
      bytes += Array("index.html".utf8)
    }
    known.key = Array(bytes.drop { $0 == UInt8(ascii: "/") })
  }

  private func history(
    _ seen: inout ViewerEvidence, _ client: CloudFrontClient
  ) throws(CommandFailure) {
    guard let id = seen.known?.distribution.id,
      let path = try? InvalidationPath(requested: Array(seen.url.target.utf8))
    else { return }
    let history = History(client: client, distribution: id)
    let records = try history.details(try history.read(limit: ViewerAccount.mostInvalidations))
    seen.known?.looked = records.count
    seen.known?.covering = records.filter { $0.covers(path) }
  }

  private func bucket(_ bucket: String, _ seen: inout ViewerEvidence, _ account: Account) {
    do throws(CommandFailure) {
      let first = try account.service(.s3)
      let region = try asking { () throws(ServiceError) in try first.region(ofBucket: bucket) }
      guard let region else {
        seen.unseen.append("There is no bucket \(bucket).")
        return
      }
      let s3 = region == first.region ? first : try account.service(.s3, region: region)
      let key = seen.known?.key ?? []
      let head = try asking { () throws(ServiceError) in try s3.head(key, in: bucket) }
      seen.known?.object = head
      if head.status == 403 {
        seen.unseen.append(
          "S3 does not show s3://\(bucket)/\(String(decoding: key, as: UTF8.self)):"
            + " s3:GetObject is missing for these credentials, or there is no such object and"
            + " s3:ListBucket is.")
      }
      guard seen.last?.status == 403 else { return }
      let policy = try asking { () throws(ServiceError) in
        try s3.setting(.policy, ofBucket: bucket)
      }
      seen.known?.policy = policy.map { String(decoding: $0, as: UTF8.self) } ?? ""
    } catch {
      seen.unseen.append("The bucket does not tell everything: \(error.text)")
    }
  }
}
