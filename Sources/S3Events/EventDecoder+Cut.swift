// The forms of an EventBridge event that say less than S3's own: CloudTrail's, and the detail
// alone.
extension EventDecoder {
  /// Decodes a call of S3's API as CloudTrail reports it. Its key is not encoded.
  func decodeCloudTrail(
    _ document: EventDocument, place: EventPlace, occurrence: [String?],
    into message: inout EventMessage
  ) {
    let name = document.text(.callName) ?? ""
    // CloudTrail reports calls that failed, too.
    guard !document.fields.has(.callError) else { return message.ignore(.eventNotServed) }
    switch CloudTrailCall.effect(of: name) {
    case .change: break
    case .notServed: return message.ignore(.eventNotServed)
    case .unknown: return message.ignore(.unknownEvent)
    case .namesNoKeys:
      message.warnings.insert(.namesNoKeys)
      return message.ignore(.namesNoKeys)
    }
    guard
      let object = object(
        document.fields, bucket: .callBucket, key: .callKey,
        region: document.text(.callRegion) ?? document.text(.envelopeRegion), place: place,
        into: &message)
    else { return }
    var change = ObjectChange(
      bucket: object.bucket, region: object.region, key: object.key, eventName: name,
      eventTime: document.text(.callTime), occurrence: occurrence)
    change.requestID = document.fields.nonEmptyText(.callRequestID)
    change.isFromCloudTrail = true
    message.add(change)
  }

  /// Decodes the detail of an EventBridge event that a rule sends without its envelope
  /// (`InputPath` `$.detail`). Its key is not encoded.
  func decodeDetail(
    _ document: EventDocument, place: EventPlace, occurrence: [String?],
    into message: inout EventMessage
  ) {
    let reason = document.fields.nonEmptyText(.cutReason)
    let deletionType = document.fields.nonEmptyText(.cutDeletionType)
    let version = document.text(.cutVersion)
    let isDeletion = deletionType != nil
    let isExpiry = EventName.expiresNoncurrentVersion(
      version, detailType: "Object Deleted", reason: reason, deletionType: deletionType)
    guard !isExpiry else { return message.ignore(.noncurrentVersionExpired) }
    guard
      let object = object(
        document.fields, bucket: .cutBucket, key: .cutKey, region: nil, place: place,
        into: &message)
    else { return }
    // Without either it may be any event about an object, such as one about tags.
    let isKnown = isDeletion || reason != nil
    if !isKnown { message.warnings.insert(.unknownKind) }
    let requestID = document.fields.nonEmptyText(.cutRequestID)
    var change = ObjectChange(
      bucket: object.bucket, region: object.region, key: object.key,
      eventName: isDeletion
        ? "Object Deleted" : isKnown ? "Object Created" : EventName.unknownKind,
      version: version, sequencer: document.text(.cutSequencer).flatMap { Sequencer($0) },
      eTag: document.text(.cutETag), occurrence: [requestID] + occurrence)
    change.requestID = requestID
    message.add(change)
  }

  /// Takes the bucket, the region and the key of an event whose key is not encoded; nil where one
  /// is missing or too long, and then the message has failed.
  func object(
    _ fields: EventDocument.Fields, bucket bucketField: EventField, key keyField: EventField,
    region: String?, place: EventPlace, into message: inout EventMessage
  ) -> (bucket: String, region: String, key: ObjectKey)? {
    guard let bucket = fields.nonEmptyText(bucketField) else {
      message.fail(.incompleteRecord(place: place.description, missing: bucketField.rawValue))
      return nil
    }
    guard let key = fields[keyField].map(ObjectKey.init(raw:)), !key.bytes.isEmpty else {
      message.fail(.incompleteRecord(place: place.description, missing: keyField.rawValue))
      return nil
    }
    let region = region ?? ""
    guard
      message.takes(
        (bucketField.rawValue, bucket), ("region", region), key: (keyField.rawValue, key),
        place: place)
    else { return nil }
    return (bucket, region, key)
  }
}
