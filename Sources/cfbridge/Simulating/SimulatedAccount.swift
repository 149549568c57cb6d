import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import VirtualWorld

/// The distributions of a simulation, and where they come from.
struct SimulatedAccount {
  let account: WhatIfAccount
  private let words: String?

  /// Takes those of a file or of an account; without either, one for each bucket.
  init(buckets: Set<String>, file: String?, account: Account?) throws {
    if let account {
      let client = try account.cloudFront()
      let found = try calling { () throws(CloudFrontError) in
        try client.distributions(deadline: nil)
      }
      self.account = WhatIfAccount(
        distributions: found, cachePolicies: SimulatedAccount.policies(of: found, client))
      words = nil
    } else if let file {
      var options = DistributionOptions()
      options.distributions = file
      let known = try options.knownDistributions()
      self.account = WhatIfAccount(
        distributions: known.distributions(deadline: nil), cachePolicies: known.cachePolicies)
      words = nil
    } else {
      self.account = .serving(buckets.sorted())
      words =
        "one distribution serves \(buckets.count == 1 ? "the bucket" : "each bucket"), with"
        + " index.html as its root; name yours with --distributions, or ask --account."
    }
  }

  /// Says where the distributions come from, where nobody named any.
  func note() {
    if let words { Output.note("note", words) }
  }

  private static func policies(
    of distributions: [Distribution], _ client: CloudFrontClient
  ) -> [String: CachePolicy] {
    var policies: [String: CachePolicy] = [:]
    for distribution in distributions {
      let behaviors = distribution.behaviors + [distribution.defaultBehavior].compactMap { $0 }
      for id in behaviors.compactMap(\.cachePolicyID) where policies[id] == nil {
        // One that can't be read counts as one that caches, as in the function.
        policies[id] = try? client.cachePolicy(id: id, deadline: nil)
      }
    }
    return policies
  }
}
