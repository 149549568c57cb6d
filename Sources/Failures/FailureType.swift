/// The `errorType` of a failure: what alarms, Step Functions and log queries match on.
///
/// The one list of them. Once released, a name keeps its spelling and its meaning. `docs/errors.md`
/// says what each means and what to do; a test compares the two.
package enum FailureType: Hashable, Sendable, CustomStringConvertible {
  /// The names that the bridge gives itself.
  package enum Known: String, Hashable, Sendable, CaseIterable {
    // The start.
    case configInvalid = "Runtime.ConfigInvalid"
    // The event.
    case invalidEvent = "Runtime.InvalidEvent"
    case unrecognizedEvent = "Function.UnrecognizedEvent"
    case invalidRecord = "Function.InvalidRecord"
    case tooManyRecords = "Function.TooManyRecords"
    case invalidRequest = "Function.InvalidRequest"
    case requestsOff = "Function.RequestsOff"
    case distributionNotAllowed = "Function.DistributionNotAllowed"
    case targetNotFound = "Function.TargetNotFound"
    case fatalMessage = "Function.FatalMessage"
    // The plan.
    case rootWildcardRuledOut = "Function.RootWildcardRuledOut"
    case tooManyPaths = "Function.TooManyPaths"
    case noTimeLeft = "Function.NoTimeLeft"
    // The way to CloudFront.
    case credentialsMissing = "Function.CredentialsMissing"
    case cloudFrontUnreachable = "Function.CloudFrontUnreachable"
    case cloudFrontUnreadableAnswer = "Function.CloudFrontUnreadableAnswer"
    case rateReached = "Function.RateReached"
    case shuttingDown = "Function.ShuttingDown"
    // The ledger.
    case ledgerUnavailable = "Function.LedgerUnavailable"
    // The command line.
    case unreadableFile = "Runtime.UnreadableFile"
  }

  /// One of the bridge's own.
  case known(Known)
  /// CloudFront refused a call with this error code, and this helps.
  case cloudFront(code: String, cure: Cure)

  /// The name as Lambda and its callers see it. Lambda takes only ASCII letters after the point.
  package var name: String {
    switch self {
    case .known(let known): known.rawValue
    case .cloudFront(let code, _):
      "Function.CloudFront" + code.filter { $0.isASCII && $0.isLetter }
    }
  }

  /// What helps, so that the same delivery can succeed later.
  package var cure: Cure {
    switch self {
    case .known(let known): known.cure
    case .cloudFront(_, let cure): cure
    }
  }

  /// The name.
  package var description: String { name }
}
