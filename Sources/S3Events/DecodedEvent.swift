/// What one invocation's event says, by the messages it came in.
package struct DecodedEvent: Sendable {
  /// Who invoked the function.
  package enum Source: String, Sendable {
    /// A bucket, directly.
    case s3
    /// A queue: the answer names the messages to deliver again.
    case sqs
    /// A topic.
    case sns
    /// An event bus.
    case eventBridge
    /// A pipe of EventBridge, with an array of events.
    case pipes
    /// Lambda, with the event of an invocation that failed.
    case failedInvocation
    /// A worker, with an invalidation request.
    case invalidationRequest
    /// Nobody known: the event could not be understood.
    case unrecognized
  }

  /// Who invoked the function.
  package var source: Source
  /// The queue's messages in their order; for every other source exactly one.
  package var messages: [EventMessage]

  /// Creates an event.
  package init(source: Source, messages: [EventMessage]) {
    self.source = source
    self.messages = messages
  }
}

/// The unit of failure: an SQS message, or the whole event of any other source.
package struct EventMessage: Sendable, Equatable {
  /// The SQS message id; nil where the whole invocation is the unit.
  package var id: String?
  /// Whether it came from a FIFO queue, where nothing may overtake a failed message.
  package var isFIFO = false
  /// What the queue says of this delivery; nil where the whole invocation is the unit, or where the
  /// event does not say by which handle and from which queue.
  package var delivery: QueueDelivery?
  /// What its changes are still to be planned for, where an invocation handed them on; nil for
  /// every other message.
  package var work: WorkScope?
  /// The records, events and requests found in it, ignored ones too.
  package var recordCount = 0
  /// The object changes, in the order they stand.
  package var changes: [ObjectChange] = []
  /// The invalidation requests, in the order they stand.
  package var requests: [InvalidationRequest] = []
  /// What was understood and needs nothing, by reason.
  package var ignored: [UnservedReason: Int] = [:]
  /// What a person should know about it.
  package var warnings: Set<EventWarning> = []
  /// What was not understood, the first ``maxFailures`` of it. The message fails if there is any,
  /// but its changes still count.
  package var failures: [EventError] = []

  /// One failure fails a message, and a few tell what is wrong with it.
  package static let maxFailures = 10

  /// Creates an empty message.
  package init(id: String? = nil) {
    self.id = id
  }

  mutating func note(_ failure: EventError) {
    if failures.count < EventMessage.maxFailures { failures.append(failure) }
  }

  mutating func ignore(_ reason: UnservedReason) {
    recordCount += 1
    ignored[reason, default: 0] += 1
  }
}
