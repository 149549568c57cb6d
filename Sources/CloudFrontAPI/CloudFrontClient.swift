public import AWSClient
import HTTPTransport
public import InvalidationPlanning

/// The calls the bridge makes, answered as values.
public final class CloudFrontClient {
  /// How often CreateInvalidation is tried where the deadline allows: it is the one call whose
  /// failure costs a redelivery, and CloudFront throttles it most.
  static let createAttempts = 8
  /// The most pages of one list: 100,000 distributions, far above any account's quota.
  static let maxPages = 1_000

  private let client: AWSClient

  /// Creates a client over one that signs and retries.
  public init(_ client: AWSClient) {
    self.client = client
  }

  /// Lists all distributions of the account, page by page.
  ///
  /// - Parameter deadline: on the monotonic clock; no attempt starts past it.
  public func distributions(
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
  public func distribution(
    id: String, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    try send(
      CloudFrontRequest.getDistributionConfig(id: id), "GetDistributionConfig", id, deadline
    ) { try Distribution(id: id, configXML: $0.body) }
  }

  /// Gets what a cache policy says, the account's own or a managed one.
  public func cachePolicy(
    id: String, deadline: Duration?
  ) throws(CloudFrontError) -> CachePolicy {
    try send(CloudFrontRequest.getCachePolicy(id: id), "GetCachePolicy", nil, deadline) {
      try CachePolicy(xml: $0.body)
    }
  }

  /// Creates an invalidation; one that was created before by the same batch counts as created.
  public func create(
    _ batch: InvalidationBatch, deadline: Duration?
  ) throws(CloudFrontError) -> Invalidation {
    do {
      return try send(
        CloudFrontRequest.createInvalidation(batch), "CreateInvalidation", batch.distribution,
        deadline, attempts: CloudFrontClient.createAttempts, paced: true
      ) { try Invalidation(created: $0.body) }
    } catch {
      if case .refused(let refusal) = error.reason, refusal.saysAlreadySubmitted {
        return .alreadySubmitted
      }
      throw error
    }
  }

  /// Sends a request and reads its answer. An answer of success that can't be read was cut or
  /// replaced on its way, so it is tried again.
  private func send<Answer>(
    _ request: AWSRequest, _ operation: String, _ distribution: String?, _ deadline: Duration?,
    attempts: Int = 3, paced: Bool = false, read: (HTTPResponse) throws -> Answer
  ) throws(CloudFrontError) -> Answer {
    func failure(_ reason: CloudFrontError.Reason) -> CloudFrontError {
      CloudFrontError(operation: operation, distribution: distribution, reason: reason)
    }
    var answer: Answer?
    var problem: String?
    do {
      _ = try client.send(request, attempts: attempts, deadline: deadline, paced: paced) {
        response in
        problem = nil
        guard (200..<300).contains(response.status) else {
          guard let refusal = CloudFrontRefusal(response) else {
            return CloudFrontRefusal.meaning(status: response.status)
          }
          return CloudFrontRefusal.meaning(
            status: refusal.status, code: refusal.code, message: refusal.message)
        }
        do {
          answer = try read(response)
          return .success
        } catch {
          problem = "\(error)"
          return .transient
        }
      }
    } catch {
      switch error {
      // Only of the last attempt: behind an unreadable answer the connection may have died.
      case .answered(let response, _, _):
        if let problem { throw failure(.unreadable(problem)) }
        if let refusal = CloudFrontRefusal(response) { throw failure(.refused(refusal)) }
      case .endRequested: throw failure(.endRequested)
      default: break
      }
      throw failure(.unanswered(error))
    }
    guard let answer else { throw failure(.unreadable("it is empty")) }
    return answer
  }
}
