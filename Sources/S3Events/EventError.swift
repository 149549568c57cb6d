package import Failures

/// Why an event, or one message or record in it, can't be understood.
///
/// It fails the invocation, or inside SQS its message; what else was in it goes on.
package enum EventError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The document is not JSON, or over a limit.
  case notJSON(place: String, reason: String)
  /// The document is JSON of no known shape.
  case unrecognized(place: String, reason: String)
  /// A record lacks a field that is needed.
  case incompleteRecord(place: String, missing: String)
  /// A document has more records than are taken.
  case tooManyRecords(place: String, limit: Int)
  /// A key or a name is longer than any store takes.
  case fieldTooLong(place: String, field: String, length: Int, limit: Int)
  /// An invalidation request that asks for nothing that can be done.
  case invalidRequest(place: String, reason: String)
  /// A message ended the process, or took it too long, when it was tried alone.
  case fatal(place: String)
  /// A message was not tried, because too many others of its batch were fatal.
  case untried(place: String)

  /// The stable name Lambda and its callers see.
  package var errorType: FailureType {
    switch self {
    case .notJSON: .known(.invalidEvent)
    case .unrecognized: .known(.unrecognizedEvent)
    case .incompleteRecord, .fieldTooLong: .known(.invalidRecord)
    case .tooManyRecords: .known(.tooManyRecords)
    case .invalidRequest: .known(.invalidRequest)
    case .fatal: .known(.fatalMessage)
    case .untried: .known(.noTimeLeft)
    }
  }

  /// What happened, where, and what to do; shows nothing from the payload but field names.
  package var description: String {
    switch self {
    case .notJSON(let place, let reason):
      "\(place) is not valid JSON: \(reason). Check what sends it."
    case .unrecognized(let place, let reason):
      "\(place) is no S3, SQS, SNS or EventBridge event and no invalidation request: \(reason)."
        + " Check which events are sent to this function."
    case .incompleteRecord(let place, let missing):
      "\(place) has no \(missing), so it can't be known what changed. Check what sends it."
    case .tooManyRecords(let place, let limit):
      "\(place) has more than \(limit) records. Send them in smaller batches."
    case .fieldTooLong(let place, let field, let length, let limit):
      "\(place) has a \(field) of \(length) bytes, more than the \(limit) that are taken."
        + " Check what sends it."
    case .invalidRequest(let place, let reason):
      "\(place) asks for an invalidation that can't be made: \(reason)."
    case .fatal(let place):
      "\(place) ended the process that tried it, or took it too long, so it was set aside. Look at"
        + " what is in it; if S3 or a program sends such messages rightly, report a defect."
    case .untried(let place):
      "\(place) was not tried, because too many messages of its batch end the process. It is tried"
        + " with its next delivery."
    }
  }
}
