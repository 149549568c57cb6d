package import CloudFrontModel

/// What a person should know about a distribution's plan, worth saying once.
package struct PlanWarning: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// What it is about.
  package enum Kind: Hashable, Sendable {
    /// An origin names another region than the events of this bucket, which are from that one.
    case otherRegion(bucket: String, region: String)
    /// An edge function may rewrite the planned paths.
    case mayBeRewritten
    /// A behavior keeps a copy for each query string, and only the one without is invalidated.
    case keepsQueryStrings
    /// This planned path is shown for errors at other paths too.
    case errorPage(InvalidationPath)
    /// A behavior's legacy settings give every lifetime as zero, as stand-ins for AWS report what
    /// was left out.
    case zeroLifetimes
    /// It serves tenants alone, so nothing is planned.
    case tenantOnly
  }

  /// The distribution's id.
  package var distribution: DistributionID
  /// What it is about.
  package var kind: Kind

  /// What is the case, and what to do.
  package var description: String {
    switch kind {
    case .otherRegion(let bucket, let region):
      "An origin of distribution \(distribution) names another region than the event of bucket"
        + " \(bucket) (\(region)): CloudFront gets redirects from it. Correct the origin's domain"
        + " name."
    case .mayBeRewritten:
      "An edge function of distribution \(distribution) may show objects under other paths than"
        + " their keys; the plain paths are invalidated. If it shows index documents for directories"
        + " without a final slash, set INDEX_FORMS=slash,bare; for anything else, say how in"
        + " PATH_RULES."
    case .keepsQueryStrings:
      "A behavior of distribution \(distribution) keeps a copy for each query string, and"
        + " QUERY_STRINGS=ignore invalidates the one without: the others stay until they expire. Set"
        + " QUERY_STRINGS=auto, or leave it if viewers ask for no query strings there."
    case .errorPage(let path):
      "\(path) is an error page of distribution \(distribution): copies shown for errors at other"
        + " paths stay until they expire. Only an invalidation of /* removes them."
    case .zeroLifetimes:
      "A behavior of distribution \(distribution) has MinTTL, DefaultTTL and MaxTTL 0, so it keeps"
        + " no copies and its paths are left out. Emulators of AWS report lifetimes that were never"
        + " set as 0; there, set UNCACHED_PATHS=send."
    case .tenantOnly:
      "Distribution \(distribution) serves tenants alone (ConnectionMode tenant-only), and"
        + " CloudFront takes no invalidation for it: nothing is invalidated. Each tenant needs an"
        + " invalidation of its own."
    }
  }

  /// Orders by the text, so that every listing has the same order.
  package static func < (left: PlanWarning, right: PlanWarning) -> Bool {
    left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }
}
