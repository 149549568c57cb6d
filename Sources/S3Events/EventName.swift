/// What S3 calls the thing that happened: `ObjectCreated:Put` and so on. An open set.
package struct EventName: Hashable, Sendable, CustomStringConvertible {
  /// What an event means for the copies CloudFront may hold.
  package enum Effect: Hashable, Sendable {
    /// The object was written or deleted.
    case change
    /// A known event after which the served bytes are the same.
    case notServed
    /// A name this version does not know.
    case unknown
  }

  /// What stands for the name of an event that has none.
  static let unknownKind = "unknown"

  /// The name without the `s3:` prefix that MinIO sends and AWS doesn't.
  package let description: String

  /// Takes a name as a notification spells it.
  package init(_ name: String) {
    description = name.hasPrefix("s3:") ? String(name.dropFirst(3)) : name
  }

  /// What the event means for CloudFront.
  ///
  /// The family decides, what stands before the colon: a member that is new, or another store's
  /// own, means what its family means. `ObjectRemoved` does not cover lifecycle deletes, so both
  /// families count. When somebody deletes a version, an older one may be served again, so that
  /// counts too; for lifecycle see ``expiresNoncurrentVersion(_:)``.
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
  package var effect: Effect {
    switch EventName.family(of: description) {
    case "ObjectCreated", "ObjectRemoved", "LifecycleExpiration", "ReducedRedundancyLostObject":
      .change
    case "ObjectAcl", "ObjectRetention", "ObjectTagging", "ObjectAnnotation", "ObjectRestore",
      "LifecycleTransition", "IntelligentTiering", "Replication":
      .notServed
    default: .unknown
    }
  }

  /// What stands before the colon. Bytes are looked at, since looking for a character takes a
  /// hundred times as long.
  private static func family(of name: String) -> Substring {
    let colon = UInt8(ascii: ":")
    let count = name.utf8.withContiguousStorageIfAvailable { $0.firstIndex(of: colon) ?? $0.count }
    return Substring(name.utf8.prefix(count ?? name.utf8.prefix { $0 != colon }.count))
  }

  /// Tells whether lifecycle deleted for good a version that had been replaced or deleted before.
  ///
  /// Where a bucket keeps versions, lifecycle hides the current one with a delete marker and
  /// deletes for good only noncurrent ones, and markers without a version. Neither was served. The
  /// version `null` is no proof, since it can be the only one of a bucket whose versioning is
  /// suspended.
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configure-notification.html
  package func expiresNoncurrentVersion(_ version: String?) -> Bool {
    description == "LifecycleExpiration:Delete" && EventName.isKept(version)
  }

  /// Tells the same of an EventBridge event.
  package static func expiresNoncurrentVersion(
    _ version: String?, detailType: String, reason: String?, deletionType: String?
  ) -> Bool {
    detailType == "Object Deleted" && reason == "Lifecycle Expiration"
      && deletionType == "Permanently Deleted" && isKept(version)
  }

  /// Tells whether an id is that of a version that versioning keeps.
  private static func isKept(_ version: String?) -> Bool {
    version.map { !$0.isEmpty && $0 != "null" } ?? false
  }

  /// Tells whether an event, by its own name or EventBridge's detail-type, says that an object was
  /// deleted.
  package static func deletes(_ name: String) -> Bool {
    switch family(of: name) {
    case "ObjectRemoved", "LifecycleExpiration", "ReducedRedundancyLostObject", "Object Deleted",
      "DeleteObject":
      true
    default: false
    }
  }

  /// Tells whether an event, by its own name, EventBridge's detail-type or the call that CloudTrail
  /// reports, says that an object was written.
  package static func creates(_ name: String) -> Bool {
    switch family(of: name) {
    case "ObjectCreated", "Object Created", "PutObject", "PostObject", "CopyObject",
      "CompleteMultipartUpload":
      true
    default: false
    }
  }

  /// Whether the event says that a client uploaded the object.
  var isUpload: Bool {
    switch description {
    case "ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:CompleteMultipartUpload": true
    default: false
    }
  }

  /// Tells the same of an EventBridge event, by its type and the API that made the object.
  static func isUpload(detailType: String, reason: String?) -> Bool {
    detailType == "Object Created"
      && ["PutObject", "POST Object", "CompleteMultipartUpload"].contains(reason)
  }

  /// What an EventBridge `detail-type` of source `aws.s3` means for CloudFront.
  ///
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
  package static func effect(ofDetailType detailType: String) -> Effect {
    switch detailType {
    case "Object Created", "Object Deleted": return .change
    case "Object Restore Initiated", "Object Restore Completed", "Object Restore Expired",
      "Object Storage Class Changed", "Object Access Tier Changed", "Object ACL Updated",
      "Object Tags Added", "Object Tags Deleted":
      return .notServed
    default: return .unknown
    }
  }
}
