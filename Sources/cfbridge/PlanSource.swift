import AWSClient
import CloudFrontAPI
import CloudFrontModel
import EventPlanning

/// The distributions that a plan is made with, and where they come from.
struct PlanSource {
  /// Where distributions can come from.
  enum Kind: String {
    case samples, file, account
  }

  let kind: Kind
  /// Where they come from, for a person.
  let words: String
  /// The distributions themselves.
  let distributions: any DistributionSource

  /// The built-in distributions, or those of a file.
  init(_ known: SavedDistributions, file: String?) {
    kind = file == nil ? .samples : .file
    words =
      file.map { "those of the file \($0)" }
      ?? "the built-in samples, not your account's; ask your account with --account, or name a"
      + " saved list with --distributions"
    distributions = known
  }

  /// The distributions of an account.
  init(_ account: Account, _ client: CloudFrontClient? = nil) throws(CommandFailure) {
    kind = .account
    words = "your account's, asked with credentials from \(account.source)"
    if let client {
      distributions = AccountDistributions(client)
    } else {
      distributions = AccountDistributions(try account.cloudFront())
    }
  }

  /// The same distributions for a second plan of the same changes: an account is not asked twice.
  var remembered: any DistributionSource {
    (distributions as? AccountDistributions).map(RememberedDistributions.init) ?? distributions
  }

  /// Why the account did not answer everything; nil when it did.
  var failure: CommandFailure? { (distributions as? AccountDistributions)?.failure }
}

/// The distributions of an account, and what became of asking for them.
private final class AccountDistributions: DistributionSource {
  private let client: CloudFrontClient
  private(set) var failure: CommandFailure?
  /// What the account answered last.
  private(set) var list: [Distribution]?
  private(set) var configured: [DistributionID: Distribution] = [:]
  private(set) var policies: [String: CachePolicy] = [:]

  init(_ client: CloudFrontClient) {
    self.client = client
  }

  func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution] {
    let answer = try noting { () throws(CloudFrontError) in
      try client.distributions(deadline: deadline)
    }
    list = answer
    return answer
  }

  func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    let answer = try noting { () throws(CloudFrontError) in
      try client.distribution(id: id, deadline: deadline)
    }
    configured[id] = answer
    return answer
  }

  func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy {
    let answer = try noting { () throws(CloudFrontError) in
      try client.cachePolicy(id: id, deadline: deadline)
    }
    policies[id] = answer
    return answer
  }

  private func noting<Value>(
    _ call: () throws(CloudFrontError) -> Value
  ) throws(CloudFrontError) -> Value {
    do throws(CloudFrontError) {
      return try call()
    } catch {
      failure = failure ?? CommandFailure(error)
      throw error
    }
  }
}

/// What an account answered already; it is asked only for the rest.
private final class RememberedDistributions: DistributionSource {
  private let account: AccountDistributions

  init(_ account: AccountDistributions) {
    self.account = account
  }

  func distributions(deadline: Duration?) throws(CloudFrontError) -> [Distribution] {
    if let list = account.list { return list }
    return try account.distributions(deadline: deadline)
  }

  func distribution(
    id: DistributionID, deadline: Duration?
  ) throws(CloudFrontError) -> Distribution {
    if let known = account.configured[id] { return known }
    return try account.distribution(id: id, deadline: deadline)
  }

  func cachePolicy(id: String, deadline: Duration?) throws(CloudFrontError) -> CachePolicy {
    if let known = account.policies[id] { return known }
    return try account.cachePolicy(id: id, deadline: deadline)
  }
}

extension CommandFailure.Status {
  /// What an error of CloudFront means for the exit status.
  init(_ error: CloudFrontError) {
    switch error.refusal {
    case .accessDenied?, .expiredToken?, .unknownCredentials?, .wrongSignature?, .clockSkew?:
      self = .denied
    case .noSuchDistribution?: self = .notFound
    default:
      if case .unanswered(.credentials) = error.reason { self = .denied } else { self = .failed }
    }
  }
}
