/// The behavior of the fake SQS; the defaults are those that AWS documents.
package struct FakeSQSSettings: Sendable {
  /// The region of its queues, which requests must be signed for.
  package var region = "us-east-1"
  /// The account that owns the queues.
  package var accountID = "123456789012"
  /// The keys that the fake accepts.
  package var credentials = [FakeCredentials.example]
  /// Names of denied actions, such as `sqs:SendMessage`.
  package var deniedActions: Set<String> = []
  /// Whether a queue that nobody made is there all the same and takes everything, for events of
  /// unknown origin.
  package var knowsEveryQueue = false
  /// Called with each call, before it has an effect and with true after it. When it returns false,
  /// the fake does no more and closes the connection.
  package var onCall: @Sendable (_ isDone: Bool) -> Bool = { _ in true }
  /// The clock, in milliseconds since 1970; by default the machine's.
  package var wallMilliseconds: @Sendable () -> Int64 = { UTCTime.system }

  package init() {}
}

/// An operation of SQS.
package enum SQSOperation: String, Sendable, CaseIterable {
  case sendMessageBatch = "SendMessageBatch"
  case changeMessageVisibilityBatch = "ChangeMessageVisibilityBatch"
  case getQueueAttributes = "GetQueueAttributes"
  case getQueueURL = "GetQueueUrl"
  case receiveMessage = "ReceiveMessage"
  case deleteMessageBatch = "DeleteMessageBatch"

  /// Those that the function calls; an operator calls the others too.
  package static let ofFunction: [SQSOperation] = [
    .sendMessageBatch, .changeMessageVisibilityBatch, .getQueueAttributes,
  ]

  /// The action in IAM policies.
  var policyName: String {
    switch self {
    case .sendMessageBatch: "sqs:SendMessage"
    case .changeMessageVisibilityBatch: "sqs:ChangeMessageVisibility"
    case .getQueueAttributes: "sqs:GetQueueAttributes"
    case .getQueueURL: "sqs:GetQueueUrl"
    case .receiveMessage: "sqs:ReceiveMessage"
    case .deleteMessageBatch: "sqs:DeleteMessage"
    }
  }
}

/// A call that the fake SQS has received, with its decision.
package struct SQSCall: Sendable {
  /// The operation; nil for an unknown one.
  package var operation: SQSOperation?
  package var request: ServerRequest
  /// The status of the answer; nil when there is none.
  package var status: Int?
}

/// Something that goes wrong with one call.
package enum SQSFault: Sendable, Equatable {
  /// `RequestThrottled`.
  case throttle
  /// 500 `InternalError`.
  case internalError
  /// 503 with a page of HTML.
  case unavailableHTML
  /// `AccessDenied`.
  case denied
  /// The connection is reset before the fake does anything.
  case resetBeforeAccepting
  /// The fake does what it is asked for, but the answer is lost.
  case resetAfterAccepting
  /// The answer ends in the middle.
  case halfAnswer
  /// No answer comes.
  case hang
  /// The first entry of the batch fails, and the others are done.
  case firstEntryFails
}
