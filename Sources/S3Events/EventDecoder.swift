import JSON

/// Decodes an invocation's event: every envelope by its shape, every record of it.
///
/// Shapes are recognised, not configured, and unwrapped recursively, so one function can be wired
/// to a bucket, a queue, a topic and a bus at once.
package struct EventDecoder: Sendable {
  /// The most envelopes around one notification: SQS, SNS, EventBridge and one to spare.
  package static let maxEnvelopes = 4

  /// The most records of one document, and the most paths or keys of one invalidation request:
  /// twice what SQS puts in a batch.
  package static let maxRecords = 20_000
  /// The longest key, in bytes, decoded. S3 takes 1,024; other stores may take more.
  package static let maxKeyLength = 8_192
  /// The longest name of a bucket, region or target, in bytes: the longest DNS name, and of the
  /// oldest buckets.
  package static let maxNameLength = 255

  /// The largest document, in bytes; Lambda itself stops at 6 MiB.
  package var maxBytes = 8 << 20

  /// The ARN of the queue that delivers work which was handed on; nil when there is none.
  package var workQueue: String?

  /// Creates a decoder.
  package init() {}

  /// Decodes an event; never throws, since one bad message must not stop the others.
  ///
  /// - Parameters:
  ///   - invocationID: tells two direct invocation requests of the same content apart. Lambda keeps
  ///     it when it retries an asynchronous invocation.
  ///   - trial: tries some messages, those that a queue has delivered before, by decoding each;
  ///     returns which of them are to be set aside.
  package func decode(
    _ event: [UInt8], invocationID: String = "", trial: Trial = { _, _ in [:] }
  ) -> DecodedEvent {
    var single = EventMessage()
    let document: EventDocument
    do {
      document = try read(event, place: .event)
    } catch {
      single.note(error)
      return DecodedEvent(source: .unrecognized, messages: [single])
    }
    guard document.surplusRecords == 0 else {
      single.note(
        .tooManyRecords(place: EventPlace.event.description, limit: EventDecoder.maxRecords))
      return DecodedEvent(source: .unrecognized, messages: [single])
    }
    if let records = document.records, records.contains(where: \.isSQS) {
      return DecodedEvent(source: .sqs, messages: decodeMessages(records, trial)).preferringS3()
    }
    let source = source(of: document)
    unwrap(
      document, event, place: .event, depth: 1, occurrence: [invocationID], into: &single)
    return DecodedEvent(source: source, messages: [single]).preferringS3()
  }

  private func source(of document: EventDocument) -> DecodedEvent.Source {
    if let records = document.records { return records.contains(where: \.isSNS) ? .sns : .s3 }
    if document.isArray { return .pipes }
    if document.hasPayload { return .failedInvocation }
    if document.isEventBridge || document.isDetail { return .eventBridge }
    if document.fields.has(.request) { return .invalidationRequest }
    return document.isTestEvent ? .s3 : document.isNotification ? .sns : .unrecognized
  }

  /// Decodes the messages of the queue that invoked the function.
  private func decodeMessages(
    _ records: [EventDocument.Fields], _ trial: Trial
  ) -> [EventMessage] {
    let suspects = records.indices.filter { records[$0].wasReceivedBefore }
    let verdicts =
      suspects.isEmpty ? [:] : trial(suspects) { _ = decodeMessage($0, records[$0], nil) }
    return records.enumerated().map { decodeMessage($0, $1, verdicts[$0]) }
  }

  /// Decodes one message, unless a trial says that it is to be set aside.
  private func decodeMessage(
    _ index: Int, _ record: EventDocument.Fields, _ verdict: TrialVerdict?
  ) -> EventMessage {
    var message = EventMessage(id: record.nonEmptyText(.messageID))
    // Standard queues have message groups too, for fairness among tenants; the name is surer.
    message.isFIFO =
      record.with(.queueARN) { $0.suffix(5).elementsEqual(".fifo".utf8) }
      ?? record.has(.messageGroup)
    message.delivery = QueueDelivery(record)
    let place = message.id.map { EventPlace.message(id: $0) } ?? .numberedMessage(index + 1)
    if let verdict {
      message.note(verdict.error(place: place.description))
      return message
    }
    guard message.id != nil else {
      message.note(.incompleteRecord(place: place.description, missing: "messageId"))
      return message
    }
    guard let body = record[.body] else {
      message.note(.incompleteRecord(place: place.description, missing: "body"))
      return message
    }
    if WorkItem.isOne(body) {
      decodeWork(body, from: record.text(.queueARN), place: place, into: &message)
    } else {
      unwrap(
        body, place: place, depth: 1, occurrence: [record.text(.sentTimestamp)], into: &message)
    }
    return message
  }

  func read(_ bytes: [UInt8], place: EventPlace) throws(EventError) -> EventDocument {
    let document: EventDocument
    do {
      document = try EventDocument(bytes, limits: JSONLimits(maxDepth: 64, maxBytes: maxBytes))
    } catch {
      throw .notJSON(place: place.description, reason: error.description)
    }
    if let name = document.duplicateName {
      throw .notJSON(place: place.description, reason: "\"\(name)\" stands twice in one object")
    }
    return document.isArray ? try records(inArray: bytes, place: place) ?? document : document
  }

  /// Reads an array of records as the notification or the batch that has them as its `Records`; nil
  /// when none of them is a record.
  ///
  /// A pipe sends the messages of its queue so.
  private func records(
    inArray bytes: [UInt8], place: EventPlace
  ) throws(EventError) -> EventDocument? {
    let document = try read(Array(#"{"Records":"#.utf8) + bytes + [UInt8(ascii: "}")], place: place)
    guard document.surplusRecords == 0 else { return document }
    return document.records?.contains { $0.isS3 || $0.isSQS || $0.isSNS } == true ? document : nil
  }

  private func unwrap(
    _ bytes: [UInt8], place: EventPlace, depth: Int, occurrence: [String?],
    into message: inout EventMessage
  ) {
    guard depth <= EventDecoder.maxEnvelopes else {
      let reason = "more than \(EventDecoder.maxEnvelopes) envelopes lie one in the other"
      message.note(.unrecognized(place: place.description, reason: reason))
      return
    }
    do {
      let document = try read(bytes, place: place)
      unwrap(document, bytes, place: place, depth: depth, occurrence: occurrence, into: &message)
    } catch {
      message.note(error)
    }
  }

  /// - Parameter bytes: what the document was read from.
  private func unwrap(
    _ document: EventDocument, _ bytes: [UInt8], place: EventPlace, depth: Int,
    occurrence: [String?],
    into message: inout EventMessage
  ) {
    guard document.surplusRecords == 0 else {
      return message.note(.tooManyRecords(place: place.description, limit: EventDecoder.maxRecords))
    }
    if let records = document.records {
      for (index, record) in records.enumerated() {
        unwrapRecord(
          record, place: .record(index + 1, of: place), depth: depth, occurrence: occurrence,
          into: &message)
      }
    } else if document.isArray {
      let elements = JSONParts.split(bytes)
      if elements.isEmpty {
        message.note(.unrecognized(place: place.description, reason: "it is an empty array"))
      }
      for (index, element) in elements.enumerated() {
        unwrap(
          element, place: .element(index + 1, of: place), depth: depth + 1,
          occurrence: occurrence, into: &message)
      }
    } else if document.hasPayload {
      unwrapPayload(document, bytes, place: place, depth: depth, into: &message)
    } else if document.isEventBridge {
      decodeEventBridge(document, place: place, into: &message)
    } else if document.isDetail {
      decodeDetail(document, place: place, occurrence: occurrence, into: &message)
    } else if document.fields.has(.request) {
      decodeRequest(document, .direct, place: place, occurrence: occurrence, into: &message)
    } else if document.isTestEvent {
      message.ignore(.testEvent)
    } else if document.isNotification {
      unwrap(
        document.fields[.notificationMessage] ?? [], place: .notification(of: place),
        depth: depth + 1, occurrence: [document.text(.notificationID)], into: &message)
    } else {
      let reason = document.isObject ? "none of their fields is there" : "it is no JSON object"
      message.note(.unrecognized(place: place.description, reason: reason))
    }
  }

  /// Decodes the event of an invocation that failed, from Lambda's record of it.
  ///
  /// Lambda sends the record to the function's failure destination; over EventBridge it is the
  /// detail of an event.
  /// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
  private func unwrapPayload(
    _ document: EventDocument, _ bytes: [UInt8], place: EventPlace, depth: Int,
    into message: inout EventMessage
  ) {
    let isDirect = document.fields.has(.payload)
    let record = isDirect ? bytes : JSONParts.member("detail", of: bytes) ?? []
    let payload = JSONParts.member(EventField.payload.rawValue, of: record) ?? []
    // The id of the failed invocation, so that a request is the same as it was then.
    let id = document.text(isDirect ? .failedRequestID : .detailFailedRequestID)
    unwrap(
      payload, place: .payload(of: place), depth: depth + 1, occurrence: [id],
      into: &message)
  }

  private func unwrapRecord(
    _ record: EventDocument.Fields, place: EventPlace, depth: Int, occurrence: [String?],
    into message: inout EventMessage
  ) {
    if record.isS3 {
      decodeRecord(record, place: place, occurrence: occurrence, into: &message)
    } else if record.isSQS || record.isSNS {
      let isSQS = record.isSQS
      guard let inner = record[isSQS ? .body : .snsMessage] else {
        message.note(
          .incompleteRecord(place: place.description, missing: isSQS ? "body" : "Sns.Message"))
        return
      }
      unwrap(
        inner, place: place, depth: depth + 1,
        occurrence: [record.text(isSQS ? .sentTimestamp : .snsMessageID)], into: &message)
    } else {
      let source = record.text(.eventSource) ?? record.text(.snsEventSource)
      let reason = source.map { "its event source is \($0)" } ?? "it has no known event source"
      message.note(.unrecognized(place: place.description, reason: reason))
    }
  }
}

extension EventDocument {
  var isEventBridge: Bool { fields.has(.detailType) && fields.has(.source) }
  var isNotification: Bool {
    fields.says(.notificationType, "Notification") && fields.has(.notificationMessage)
  }
  /// Whether it is Lambda's record of an invocation that failed.
  var hasPayload: Bool { fields.has(.payload) || fields.has(.detailPayload) }
  /// Whether it is the detail of an EventBridge event without its envelope.
  var isDetail: Bool { fields.has(.cutBucket) && fields.has(.cutKey) }
  var isTestEvent: Bool { fields.says(.testEvent, "s3:TestEvent") }
}

extension EventDocument.Fields {
  var isS3: Bool { has(.s3) || says(.eventSource, "aws:s3") }
  var isSQS: Bool { says(.eventSource, "aws:sqs") || (has(.messageID) && has(.body)) }
  var isSNS: Bool { has(.snsMessage) || says(.snsEventSource, "aws:sns") }
}
