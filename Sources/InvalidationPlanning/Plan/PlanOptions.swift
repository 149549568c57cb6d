package import CloudFrontModel
import S3Events

/// How to plan, as settings ask for it; the defaults are those of the settings.
package struct PlanOptions: Sendable, Equatable {
  /// The paths under which a directory's index document is shown, besides its own.
  package enum IndexForms: String, Sendable, CaseIterable {
    /// `/dir/`.
    case slash
    /// `/dir/` and `/dir`.
    case slashAndBare = "slash,bare"
  }

  /// What to do about copies that a query string sets apart.
  package enum QueryStrings: String, Sendable, CaseIterable {
    /// Send the path alone.
    case ignore
    /// Send the path so that every query string is covered.
    case wildcard
    /// Cover query strings only where the behavior keeps a copy for each.
    case auto
  }

  /// How to spell a `+` of a key.
  package enum PlusForms: String, Sendable, CaseIterable {
    /// `%2B` alone where viewers can fetch the object in no other spelling, else both.
    case auto
    /// `%2B`, and `+` besides.
    case both
    /// `%2B` alone.
    case encoded
  }

  /// Whether distributions that serve nobody are planned: their copies come back when they are
  /// enabled again.
  package var includesDisabled = false
  /// Whether staging distributions are planned.
  package var includesStaging = true
  /// Whether paths go out whose behavior keeps no copies.
  package var sendsUncached = false
  /// The names of the documents that directories show.
  package var indexDocuments = ["index.html"]
  /// The forms of an index document's directory; nil is both on a website endpoint, else `slash`.
  package var indexForms: IndexForms?
  /// The endings that viewers leave out: with `.html`, `about.html` is also shown as `/about`.
  package var cleanURLSuffixes: [String] = []
  /// What is done about query strings.
  package var queryStrings = QueryStrings.ignore
  /// How to spell a `+` of a key.
  package var plusForms = PlusForms.auto
  /// Whether a key with a `~` also gives the wildcard cut just before it.
  package var cutsTildes = false
  /// The rules for keys that don't mirror paths.
  package var rules = RewriteRules()
  /// The names whose objects never change their bytes.
  package var immutableNames = ImmutableNames()
  /// When wildcards replace paths, and how many of each a batch may have.
  package var coalescing = CoalescingOptions()
  /// What CloudFront bills for a path.
  package var price = InvalidationCost.listPrice
  /// Whether the plan keeps every path that was dropped, or only counts them: an event of many
  /// changes on many distributions drops millions.
  package var keepsDropped = false

  /// Creates the defaults.
  package init() {}

  /// Why a distribution is left out as a whole; nil when it is planned.
  package func skipReason(for distribution: Distribution) -> DropReason? {
    if distribution.connectionMode == .tenantOnly { return .tenantOnlyDistribution }
    if !distribution.isEnabled && !includesDisabled { return .disabledDistribution }
    if distribution.isStaging && !includesStaging { return .stagingDistribution }
    return nil
  }
}
