/// A call of S3's API as CloudTrail reports it over EventBridge.
///
/// Rules for it are older than S3's own events on EventBridge, and some still run.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
enum CloudTrailCall {
  /// EventBridge's detail-type of such a report.
  static let detailType = "AWS API Call via CloudTrail"

  /// What a call means for the copies CloudFront may hold.
  enum Effect {
    /// It wrote or deleted the object it names.
    case change
    /// It deleted objects that the report does not name.
    case namesNoKeys
    /// The served bytes are the same after it.
    case notServed
    /// This version does not know it.
    case unknown
  }

  /// Tells what a call means; reading calls and those about an object's surroundings change
  /// nothing.
  static func effect(of name: String) -> Effect {
    switch name {
    case "PutObject", "PostObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject": .change
    case "DeleteObjects": .namesNoKeys
    case "AbortMultipartUpload", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
      "RestoreObject", "SelectObjectContent", "PutObjectAcl", "PutObjectTagging",
      "DeleteObjectTagging", "PutObjectRetention", "PutObjectLegalHold":
      .notServed
    case _ where ["Get", "Head", "List"].contains { name.hasPrefix($0) }: .notServed
    default: .unknown
    }
  }
}

extension DecodedEvent {
  /// Returns the event with S3's own form of each change that CloudTrail reports too.
  ///
  /// A bucket can send both for one request. In one batch they become one change, so that it is
  /// planned and paid for once, whatever message either came in.
  func preferringS3() -> DecodedEvent {
    guard messages.contains(where: { $0.changes.contains(where: \.isFromCloudTrail) }) else {
      return self
    }
    let changes = messages.flatMap(\.changes)
    var own: [Happening: ObjectChange] = [:]
    for change in changes where !change.isFromCloudTrail {
      for happening in Happening.all(of: change) { own[happening] = change }
    }
    var event = self
    for message in event.messages.indices {
      event.messages[message].changes = event.messages[message].changes.map { change in
        guard change.isFromCloudTrail else { return change }
        return Happening.all(of: change).lazy.compactMap { own[$0] }.first {
          // A request id that differs is proof of another request in the same second.
          $0.requestID == nil || change.requestID == nil || $0.requestID == change.requestID
        } ?? change
      }
    }
    return event
  }

  /// What S3 and CloudTrail both tell of a request: its id, or else the second in which it was
  /// made.
  private struct Happening: Hashable {
    var bucket: String
    var key: ObjectKey
    var fact: String

    static func all(of change: ObjectChange) -> [Happening] {
      let second = change.eventTime.map { String($0.prefix("2026-11-20T18:04:05".count)) }
      return [change.requestID, second].compactMap { fact in
        fact.map { Happening(bucket: change.bucket, key: change.key, fact: $0) }
      }
    }
  }
}
