// How one record, EventBridge event or invalidation request becomes what the planner works on.
extension EventDecoder {
  /// Decodes one record of an S3 notification. Its fields are required only where they are used:
  /// a record of an event that is not served needs no key.
  ///
  /// - Parameter occurrence: what stays the same when the envelope is delivered again; it tells two
  ///   changes apart where the record itself doesn't say by which request.
  func decodeRecord(
    _ record: EventDocument.Fields, place: EventPlace, occurrence: [String?],
    into message: inout EventMessage
  ) {
    let eventName = record.nonEmptyText(.eventName).map { EventName($0) }
    guard eventName.map({ message.takes($0.effect) }) ?? true else { return }
    let version = record.text(.objectVersion)
    guard eventName?.expiresNoncurrentVersion(version) != true else {
      return message.ignore(.noncurrentVersionExpired)
    }
    guard let bucket = record.nonEmptyText(.bucketName) else {
      return message.fail(.incompleteRecord(place: place.description, missing: "s3.bucket.name"))
    }
    guard let spelled = record[.objectKey], !spelled.isEmpty else {
      return message.fail(.incompleteRecord(place: place.description, missing: "s3.object.key"))
    }
    // S3 encodes the key and names the event. Who left out the one may not have done the other.
    let keys =
      eventName == nil
      ? ObjectKey.readings(of: spelled) : (key: ObjectKey(formEncoded: spelled), other: nil)
    let region = record.text(.awsRegion) ?? ""
    guard
      message.takes(
        ("s3.bucket.name", bucket), ("awsRegion", region), key: ("s3.object.key", keys.key),
        place: place)
    else { return }
    if eventName == nil { message.warnings.insert(.unknownKind) }
    let time = record.text(.eventTime)
    let requestID = record.nonEmptyText(.requestID)
    var change = ObjectChange(
      bucket: bucket, region: region, key: keys.key,
      eventName: eventName?.description ?? EventName.unknownKind, version: version,
      sequencer: record.text(.objectSequencer).flatMap { Sequencer($0) },
      eventTime: time, eTag: record.text(.objectETag),
      // A time alone can be that of two writes: some stores' have whole seconds.
      occurrence: requestID == nil ? [time] + occurrence : [time, requestID])
    change.otherKey = keys.other
    change.size = record.number(.objectSize)
    change.isUpload = eventName?.isUpload ?? false
    change.requestID = requestID
    message.add(change)
  }

  /// Decodes an EventBridge event. Its key is not encoded, unlike a notification's.
  ///
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
  func decodeEventBridge(
    _ document: EventDocument, place: EventPlace, into message: inout EventMessage
  ) {
    let occurrence = [document.text(.envelopeID), document.text(.envelopeTime)]
    if document.fields.has(.detailRequest) {
      return decodeRequest(
        document, .detail, place: place, occurrence: occurrence, into: &message)
    }
    guard document.text(.source) == "aws.s3" else { return message.ignore(.notS3) }
    let detailType = document.text(.detailType) ?? ""
    guard detailType != CloudTrailCall.detailType else {
      return decodeCloudTrail(document, place: place, occurrence: occurrence, into: &message)
    }
    guard message.takes(EventName.effect(ofDetailType: detailType)) else { return }
    let version = document.text(.detailVersion)
    let isExpiry = EventName.expiresNoncurrentVersion(
      version, detailType: detailType, reason: document.text(.detailReason),
      deletionType: document.text(.detailDeletionType))
    guard !isExpiry else { return message.ignore(.noncurrentVersionExpired) }
    guard
      let object = object(
        document.fields, bucket: .detailBucket, key: .detailKey,
        region: document.text(.envelopeRegion), place: place, into: &message)
    else { return }
    var change = ObjectChange(
      bucket: object.bucket, region: object.region, key: object.key, eventName: detailType,
      version: version,
      sequencer: document.text(.detailSequencer).flatMap { Sequencer($0) },
      eventTime: document.text(.envelopeTime), eTag: document.text(.detailETag),
      occurrence: occurrence)
    change.size = document.fields.number(.detailSize)
    change.isUpload = EventName.isUpload(
      detailType: detailType, reason: document.text(.detailReason))
    change.requestID = document.fields.nonEmptyText(.detailS3RequestID)
    message.add(change)
  }

  /// Where an invalidation request stands in its document.
  struct RequestPlace {
    var target: EventField
    var id: EventField
    var urgent: EventField
    var paths: EventField
    var keys: EventField

    static let direct = RequestPlace(
      target: .requestTarget, id: .requestOwnID, urgent: .requestUrgent, paths: .requestPaths,
      keys: .requestKeys)
    static let detail = RequestPlace(
      target: .detailTarget, id: .detailRequestID, urgent: .detailUrgent, paths: .detailPaths,
      keys: .detailKeys)
  }

  func decodeRequest(
    _ document: EventDocument, _ fields: RequestPlace, place: EventPlace, occurrence: [String?],
    into message: inout EventMessage
  ) {
    func refuse(_ reason: String) {
      message.fail(.invalidRequest(place: place.description, reason: reason))
    }
    guard let target = document.fields.nonEmptyText(fields.target) else {
      return refuse("it has no \"target\" (a distribution's id or domain name, or a bucket)")
    }
    guard target.utf8.count <= EventDecoder.maxNameLength else {
      return refuse("its \"target\" has more than \(EventDecoder.maxNameLength) bytes")
    }
    guard document.mixedLists.isDisjoint(with: [fields.paths, fields.keys]) else {
      return refuse("\"paths\" and \"keys\" have to be arrays of strings")
    }
    guard document.overfullLists.isDisjoint(with: [fields.paths, fields.keys]) else {
      return refuse(
        "it has more than \(EventDecoder.maxRecords) \"paths\" or \"keys\"; send several requests")
    }
    let paths = document.lists[fields.paths] ?? []
    let keys = document.lists[fields.keys] ?? []
    guard !paths.isEmpty || !keys.isEmpty else {
      return refuse("it has neither \"paths\" nor \"keys\"")
    }
    guard keys.allSatisfy({ !$0.isEmpty }) else { return refuse("one of its \"keys\" is empty") }
    guard keys.allSatisfy({ $0.count <= EventDecoder.maxKeyLength }) else {
      return refuse("one of its \"keys\" has more than \(EventDecoder.maxKeyLength) bytes")
    }
    // An input transformer of EventBridge may have made a string of it.
    let urgent = document.fields.text(fields.urgent)
    guard urgent == nil || urgent == "true" || urgent == "false" else {
      return refuse("\"urgent\" has to be true or false")
    }
    message.recordCount += 1
    var request = InvalidationRequest(
      target: target, paths: paths, keys: keys.map { ObjectKey(raw: $0) },
      id: document.fields.nonEmptyText(fields.id), occurrence: occurrence)
    request.isUrgent = urgent == "true"
    message.requests.append(request)
  }
}

extension EventMessage {
  mutating func add(_ change: ObjectChange) {
    recordCount += 1
    changes.append(change)
  }

  mutating func fail(_ error: EventError) {
    recordCount += 1
    note(error)
  }

  /// Whether a record's names and key are short enough; if not, fails the record.
  mutating func takes(
    _ bucket: (field: String, value: String), _ region: (field: String, value: String),
    key: (field: String, value: ObjectKey), place: EventPlace
  ) -> Bool {
    takes(bucket.field, bucket.value.utf8.count, EventDecoder.maxNameLength, place)
      && takes(region.field, region.value.utf8.count, EventDecoder.maxNameLength, place)
      && takes(key.field, key.value.bytes.count, EventDecoder.maxKeyLength, place)
  }

  private mutating func takes(
    _ field: String, _ length: Int, _ limit: Int, _ place: EventPlace
  ) -> Bool {
    guard length > limit else { return true }
    fail(.fieldTooLong(place: place.description, field: field, length: length, limit: limit))
    return false
  }

  /// Whether an event is a change; if not, counts it as ignored.
  fileprivate mutating func takes(_ effect: EventName.Effect) -> Bool {
    switch effect {
    case .change: return true
    case .notServed: ignore(.eventNotServed)
    case .unknown: ignore(.unknownEvent)
    }
    return false
  }
}
