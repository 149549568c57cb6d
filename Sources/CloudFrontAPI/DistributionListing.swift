package import CloudFrontModel

/// The list of an account's distributions, which is read page by page.
package struct DistributionListing {
  /// The distributions of the pages read so far.
  package private(set) var distributions: [Distribution] = []
  /// How many pages were read.
  package private(set) var pages = 0
  /// Whether there are no further pages.
  package private(set) var isComplete = false
  /// Where the next page starts; nil for the first one.
  private(set) var marker: String?
  private var seen: Set<String> = []

  /// Starts a list.
  package init() {}

  /// Creates a list that was read to its end.
  package init(complete distributions: [Distribution]) {
    self.distributions = distributions
    pages = 1
    isComplete = true
  }

  /// The most pages: 100,000 distributions, far above any account's quota.
  static let maxPages = 1_000

  /// Adds the next page.
  ///
  /// - Parameter next: where the page after it starts; nil when it is the last.
  package mutating func add(
    _ page: [Distribution], next: String?
  ) throws(CloudFrontError) {
    distributions += page
    pages += 1
    marker = next
    guard let next else { return isComplete = true }
    if !seen.insert(next).inserted || seen.count >= DistributionListing.maxPages {
      throw CloudFrontError(
        operation: "ListDistributions", distribution: nil, reason: .endlessPages(marker: next))
    }
  }
}
