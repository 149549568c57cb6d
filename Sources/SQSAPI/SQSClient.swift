package import AWSClient
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
      let endpoint = try AWSEndpoint.sqs(region: region, environment: environment)
      let client = AWSClient(
        transport: transport, endpoint: endpoint, service: "sqs",
        credentials: .environment(environment), time: time, random: random, retry: retry,
        isEndRequested: isEndRequested)
      return (client, endpoint)
    }
    // A wrong endpoint is a wrong setting: it shows at the start, not with the first failure.
    _ = try AWSEndpoint.sqs(region: "us-east-1", environment: environment)
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

  /// Sends a request and reads its answer. An answer of success that can't be read was cut or
  /// replaced on its way, so it is asked for again.
  private func send<Answer>(
    _ operation: String, to queue: QueueARN, deadline: Duration?,
    request: (_ url: String) -> AWSRequest, read: (JSONValue) throws -> Answer
  ) throws(SQSError) -> Answer {
    var answer: Answer?
    var problem: SQSError.Reason?
    do {
      let (client, endpoint) = try client(of: queue.region)
      let url = "\(endpoint)/\(queue.account)/\(queue.name)"
      var call = client.call(request(url), attempts: SQSClient.attempts, deadline: deadline)
      while true {
        _ = try client.attempt(&call) { response in
          problem = nil
          guard (200..<300).contains(response.status) else {
            guard let refusal = SQSRefusal(response) else {
              return SQSRefusal.meaning(status: response.status)
            }
            problem = .refused(refusal)
            return refusal.meaning
          }
          do {
            answer = try read(try JSONValue.parse(response.body))
            return .success
          } catch {
            problem = .unreadable("\(error)")
            return .transient
          }
        }
        if let answer { return answer }
      }
    } catch {
      throw SQSError(
        operation: operation, queue: queue, reason: problem ?? .unanswered(error))
    }
  }
}
