package import AWSClient
import AWSJSON
package import Clock
package import HTTPTransport
import JSON

/// The calls that the bridge makes to SQS, answered as values.
///
/// It has a client for each region, because a queue is reached in its own.
package final class SQSClient {
  /// How often a call is tried. Few, because the queue delivers a message again by itself.
  static let attempts = 3

  private let connect: (String) throws(AWSClientError) -> (AWSClient, AWSEndpoint)
  private var clients: [String: (AWSClient, AWSEndpoint)] = [:]

  /// Sets a client up as environment variables say: endpoint, credentials, retries.
  ///
  /// - Parameters:
  ///   - random: from 0 up to 1; jitters waits.
  ///   - isEndRequested: whether the process is asked to end; no attempt is started any more.
  /// - Throws: an error that names the variable that is wrong.
  package init(
    environment: [String: String], transport: any Transport, time: TimeSource,
    random: @escaping () -> Double, isEndRequested: @escaping () -> Bool
  ) throws(AWSClientError) {
    let retry = try RetryConfiguration(environment: environment)
    connect = { (region) throws(AWSClientError) in
      let endpoint = try AWSEndpoint.regional("sqs", region: region, environment: environment)
      let client = AWSClient(
        transport: transport, endpoint: endpoint, service: "sqs",
        credentials: .environment(environment), time: time, random: random, retry: retry,
        isEndRequested: isEndRequested)
      return (client, endpoint)
    }
    // A wrong endpoint is a wrong setting: it shows at the start, not with the first failure.
    _ = try AWSEndpoint.regional("sqs", region: "us-east-1", environment: environment)
  }

  /// Gets what a queue is set to.
  ///
  /// - Parameter deadline: on the monotonic clock; no attempt starts past it.
  package func attributes(
    of queue: QueueARN, deadline: Duration?
  ) throws(SQSError) -> QueueAttributes {
    try send(
      "GetQueueAttributes", to: queue, deadline: deadline,
      request: { SQSRequest.getQueueAttributes(url: $0) }
    ) { try QueueAttributes(json: $0) }
  }

  /// Changes when SQS delivers some messages again, at most ten.
  ///
  /// - Returns: for each change nil, or why SQS did not make it.
  package func changeVisibility(
    _ changes: [VisibilityChange], in queue: QueueARN, deadline: Duration?
  ) throws(SQSError) -> [EntryFailure?] {
    try send(
      "ChangeMessageVisibilityBatch", to: queue, deadline: deadline,
      request: { SQSRequest.changeMessageVisibilityBatch(changes, url: $0) }
    ) { try EntryFailure.all(of: changes.count, json: $0) }
  }

  /// Sends some messages, as many as ``OutgoingMessage/batches(of:)`` puts into one batch. An
  /// error does not say that none of them arrived.
  ///
  /// - Returns: for each message nil when SQS has confirmed it, or why SQS refused it.
  package func send(
    _ messages: [OutgoingMessage], to queue: QueueARN, deadline: Duration?
  ) throws(SQSError) -> [EntryFailure?] {
    try send(
      "SendMessageBatch", to: queue, deadline: deadline,
      request: { SQSRequest.sendMessageBatch(messages.map(\.fitting), url: $0) }
    ) { try EntryFailure.all(of: messages.count, json: $0) }
  }

  private func client(of region: String) throws(AWSClientError) -> (AWSClient, AWSEndpoint) {
    if let known = clients[region] { return known }
    let made = try connect(region)
    clients[region] = made
    return made
  }

  private func send<Answer>(
    _ operation: String, to queue: QueueARN, deadline: Duration?,
    request: (_ url: String) -> AWSRequest, read: (JSONValue) throws -> Answer
  ) throws(SQSError) -> Answer {
    func error(_ reason: JSONFailure) -> SQSError {
      SQSError(operation: operation, queue: queue, reason: reason)
    }
    let client: AWSClient
    let endpoint: AWSEndpoint
    do {
      (client, endpoint) = try self.client(of: queue.region)
    } catch let problem {
      throw error(.unanswered(problem))
    }
    do {
      return try client.answer(
        to: request("\(endpoint)/\(queue.account)/\(queue.name)"), attempts: SQSClient.attempts,
        deadline: deadline, read: read)
    } catch let problem {
      throw error(problem)
    }
  }
}
