package import AWSClient
package import CloudFrontModel
package import HTTPTransport

/// The calls the bridge makes, answered as values.
package final class CloudFrontClient {
  /// How often CreateInvalidation is tried where the deadline allows: it is the one call whose
  /// failure costs a redelivery, and CloudFront throttles it most.
  static let createAttempts = 8

  private let client: AWSClient

  /// Creates a client over one that signs and retries.
  package init(_ client: AWSClient) {
    self.client = client
  }

  /// Lists all distributions of the account, page by page.
  ///
  /// - Parameter deadline: on the monotonic clock; no attempt starts past it.
  package func distributions(
    deadline: Duration?
  ) throws(CloudFrontError) -> [Distribution] {
    var listing = DistributionListing()
    try read(&listing, deadline: deadline)
    return listing.distributions
  }

  /// Reads a list of all distributions to its end, from where it stopped before.
  ///
  /// - Parameter listing: keeps the pages that were read, also when the next one can't be read.
  package func read(
    _ listing: inout DistributionListing, deadline: Duration?
  ) throws(CloudFrontError) {
    while !listing.isComplete {
      let page = try send(
        CloudFrontRequest.listDistributions(marker: listing.marker), "ListDistributions",
        deadline: deadline
      ) { try DistributionPage(xml: $0.body) }
      try listing.add(page.distributions, next: page.nextMarker)
    }
  }

  /// Gets one distribution with what the list leaves out.
  package func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    try send(
      CloudFrontRequest.getDistributionConfig(id: id), "GetDistributionConfig",
      distribution: id, deadline: deadline
    ) { try Distribution(id: id, configXML: $0.body) }
  }

  /// Gets what a cache policy says, the account's own or a managed one.
  package func cachePolicy(
    id: String, deadline: Duration?
  ) throws(CloudFrontError) -> CachePolicy {
    try send(CloudFrontRequest.getCachePolicy(id: id), "GetCachePolicy", deadline: deadline) {
      try CachePolicy(xml: $0.body)
    }
  }

  /// A call in progress, and what was read from its last answer.
  fileprivate struct Call {
    let operation: String
    let distribution: DistributionID?
    var attempts: AWSCall
    /// What the last answer says stands in the way; nil when it does not say so itself.
    var problem: CloudFrontError.Reason?

    func failure(_ error: AWSClientError) -> CloudFrontError {
      let reason: CloudFrontError.Reason =
        switch error {
        case .answered: problem ?? .unanswered(error)
        case .endRequested: .endRequested
        case .missingCredentials, .credentials, .malformedCredentials, .invalidSetting,
          .invalidEndpoint, .endpointConflict, .noEndpoint, .noTimeLeft, .unanswered:
          .unanswered(error)
        }
      return CloudFrontError(
        operation: operation, distribution: distribution, reason: reason, effort: error.effort)
    }
  }

  /// An invalidation that is asked for, attempt by attempt.
  package struct Creation {
    /// When the next attempt may be made, on the monotonic clock; nil is at once.
    package var due: Duration? { call.attempts.due }

    /// Whether CloudFront answered the last attempt by asking for fewer requests.
    package var isThrottled: Bool { call.attempts.isThrottled }

    /// How many attempts were made.
    package var attempts: Int { call.attempts.made }

    /// The error of an invalidation that is given up before the next attempt, because that would
    /// come too late.
    package var abandoned: CloudFrontError { call.failure(call.attempts.abandoned) }

    fileprivate var call: Call
  }

  /// Whether the execution environment is being shut down, so that no further attempt starts.
  package var isEnding: Bool { client.isEnding }

  /// Prepares the creation of an invalidation; sends nothing yet.
  package func creation(of batch: InvalidationBatch, deadline: Duration?) -> Creation {
    Creation(
      call: Call(
        operation: "CreateInvalidation", distribution: batch.distribution,
        attempts: client.call(
          CloudFrontRequest.createInvalidation(batch), attempts: CloudFrontClient.createAttempts,
          deadline: deadline)))
  }

  /// Makes the next attempt, and waits before until it is due; what was created before by the same
  /// batch counts as created.
  ///
  /// - Returns: the invalidation, or nil when another attempt is to be made, at ``Creation/due``.
  package func attempt(_ creation: inout Creation) throws(CloudFrontError) -> Invalidation? {
    do {
      return try attempt(&creation.call) { try Invalidation(created: $0.body) }
    } catch {
      guard error.refusal == .alreadySubmitted else { throw error }
      return .alreadySubmitted
    }
  }

  /// Sends a request and reads its answer.
  ///
  /// - Parameters:
  ///   - operation: the API operation's name, for errors.
  ///   - attempts: the most attempts, unless a setting says otherwise.
  package func send<Answer>(
    _ request: AWSRequest, _ operation: String, distribution: DistributionID? = nil,
    attempts: Int = 3, deadline: Duration?,
    read: (HTTPResponse) throws -> Answer
  ) throws(CloudFrontError) -> Answer {
    var call = Call(
      operation: operation, distribution: distribution,
      attempts: client.call(request, attempts: attempts, deadline: deadline))
    while true {
      if let answer = try attempt(&call, read: read) { return answer }
    }
  }

  /// Makes one attempt of a call, and reads its answer once. An answer of success that can't be
  /// read was cut or replaced on its way, so it is tried again.
  private func attempt<Answer>(
    _ call: inout Call, read: (HTTPResponse) throws -> Answer
  ) throws(CloudFrontError) -> Answer? {
    var answer: Answer?
    var problem = call.problem
    do {
      _ = try client.attempt(&call.attempts) { response in
        problem = nil
        guard (200..<300).contains(response.status) else {
          guard let refusal = CloudFrontRefusal(response) else {
            return CloudFrontRefusal.meaning(status: response.status)
          }
          problem = .refused(refusal)
          return refusal.meaning
        }
        do {
          answer = try read(response)
          return .success
        } catch {
          problem = .unreadable("\(error)")
          return .transient
        }
      }
      call.problem = problem
      return answer
    } catch {
      call.problem = problem
      throw call.failure(error)
    }
  }
}
