package import CloudFrontModel
package import AWSClient
import HTTPTransport

/// The calls the bridge makes, answered as values.
package final class CloudFrontClient {
  /// How often CreateInvalidation is tried where the deadline allows: it is the one call whose
  /// failure costs a redelivery, and CloudFront throttles it most.
  static let createAttempts = 8
  /// The most pages of one list: 100,000 distributions, far above any account's quota.
  static let maxPages = 1_000

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
    var found: [Distribution] = []
    var seen: Set<String> = []
    var marker: String?
    repeat {
      let page = try send(
        CloudFrontRequest.listDistributions(marker: marker), "ListDistributions", nil, deadline
      ) { try DistributionPage(xml: $0.body) }
      found += page.distributions
      marker = page.nextMarker
      if let marker, !seen.insert(marker).inserted || seen.count >= CloudFrontClient.maxPages {
        throw CloudFrontError(
          operation: "ListDistributions", distribution: nil,
          reason: .endlessPages(marker: marker))
      }
    } while marker != nil
    return found
  }

  /// Gets one distribution with what the list leaves out.
  package func distribution(
    id: String, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    try send(
      CloudFrontRequest.getDistributionConfig(id: id), "GetDistributionConfig", id, deadline
    ) { try Distribution(id: id, configXML: $0.body) }
  }

  /// Gets what a cache policy says, the account's own or a managed one.
  package func cachePolicy(
    id: String, deadline: Duration?
  ) throws(CloudFrontError) -> CachePolicy {
    try send(CloudFrontRequest.getCachePolicy(id: id), "GetCachePolicy", nil, deadline) {
      try CachePolicy(xml: $0.body)
    }
  }

  /// An invalidation that is asked for, attempt by attempt.
  package struct Creation {
    /// When the next attempt may be made, on the monotonic clock; nil is at once.
    package var due: Duration? { call.due }

    fileprivate let distribution: String
    fileprivate var call: AWSCall
  }

  /// Prepares the creation of an invalidation; sends nothing yet.
  package func creation(of batch: InvalidationBatch, deadline: Duration?) -> Creation {
    Creation(
      distribution: batch.distribution,
      call: client.call(
        CloudFrontRequest.createInvalidation(batch), attempts: CloudFrontClient.createAttempts,
        deadline: deadline, paced: true))
  }

  /// Makes the next attempt, and waits before until it is due; what was created before by the same
  /// batch counts as created.
  ///
  /// - Returns: the invalidation, or nil when another attempt is to be made, at ``Creation/due``.
  package func attempt(_ creation: inout Creation) throws(CloudFrontError) -> Invalidation? {
    do {
      return try attempt(&creation.call, "CreateInvalidation", creation.distribution) {
        try Invalidation(created: $0.body)
      }
    } catch {
      if case .refused(let refusal) = error.reason, refusal.saysAlreadySubmitted {
        return .alreadySubmitted
      }
      throw error
    }
  }

  /// Sends a request and reads its answer.
  private func send<Answer>(
    _ request: AWSRequest, _ operation: String, _ distribution: String?, _ deadline: Duration?,
    read: (HTTPResponse) throws -> Answer
  ) throws(CloudFrontError) -> Answer {
    var call = client.call(request, deadline: deadline)
    while true {
      if let answer = try attempt(&call, operation, distribution, read: read) { return answer }
    }
  }

  /// Makes one attempt of a call. An answer of success that can't be read was cut or replaced on
  /// its way, so it is tried again.
  private func attempt<Answer>(
    _ call: inout AWSCall, _ operation: String, _ distribution: String?,
    read: (HTTPResponse) throws -> Answer
  ) throws(CloudFrontError) -> Answer? {
    func failure(_ reason: CloudFrontError.Reason) -> CloudFrontError {
      CloudFrontError(operation: operation, distribution: distribution, reason: reason)
    }
    var answer: Answer?
    do {
      _ = try client.attempt(&call) { response in
        guard (200..<300).contains(response.status) else {
          guard let refusal = CloudFrontRefusal(response) else {
            return CloudFrontRefusal.meaning(status: response.status)
          }
          return CloudFrontRefusal.meaning(
            status: refusal.status, code: refusal.code, message: refusal.message)
        }
        answer = try? read(response)
        return answer == nil ? .transient : .success
      }
      return answer
    } catch {
      switch error {
      case .answered(let response, _, _):
        if (200..<300).contains(response.status) {
          do { _ = try read(response) } catch { throw failure(.unreadable("\(error)")) }
        }
        if let refusal = CloudFrontRefusal(response) { throw failure(.refused(refusal)) }
      case .endRequested: throw failure(.endRequested)
      default: break
      }
      throw failure(.unanswered(error))
    }
  }
}
