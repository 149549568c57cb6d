extension CloudFrontRefusal {
  /// What a refusal is about. The only place that compares error codes.
  package enum Kind: Hashable, Sendable {
    /// A permission is missing.
    case accessDenied
    /// The distribution does not exist, or belongs to another account.
    case noSuchDistribution
    /// The cache policy does not exist.
    case noSuchCachePolicy
    /// The distribution's quota of paths or of wildcards is full.
    case tooManyInvalidationsInProgress
    /// The batch has more paths than CloudFront takes at once.
    case batchTooLarge
    /// One of the batch's paths is refused, and with it all of them.
    case invalidPath
    /// CloudFront took this very batch before: a redelivered event, or a call whose answer was
    /// lost.
    case alreadySubmitted
    /// CloudFront asks for fewer requests.
    case throttled
    /// The service waited too long for the request.
    case timedOut
    /// The service is at fault.
    case unavailable
    /// The session token is too old.
    case expiredToken
    /// The service does not know the credentials.
    case unknownCredentials
    /// The signature does not match the request.
    case wrongSignature
    /// The signature's date is too far from the service's clock.
    case clockSkew
    /// Anything else: no decision depends on it.
    case other(code: String)
  }
}

extension CloudFrontRefusal.Kind {
  /// The codes that calls of the bridge are known to meet.
  ///
  /// The throttling codes are those of AWS's SDKs.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  static let byCode: [String: CloudFrontRefusal.Kind] = [
    "AccessDenied": .accessDenied,
    "NoSuchDistribution": .noSuchDistribution,
    "NoSuchCachePolicy": .noSuchCachePolicy,
    "TooManyInvalidationsInProgress": .tooManyInvalidationsInProgress,
    "BatchTooLarge": .batchTooLarge,
    "InvalidationBatchAlreadyExists": .alreadySubmitted,
    // Its sentence tells more, see below.
    "InvalidArgument": .other(code: "InvalidArgument"),
    "InconsistentQuantities": .other(code: "InconsistentQuantities"),
    "MissingBody": .other(code: "MissingBody"),

    "Throttling": .throttled,
    "ThrottlingException": .throttled,
    "ThrottledException": .throttled,
    "RequestThrottled": .throttled,
    "RequestThrottledException": .throttled,
    "TooManyRequestsException": .throttled,
    "RequestLimitExceeded": .throttled,
    "BandwidthLimitExceeded": .throttled,
    "LimitExceededException": .throttled,
    "SlowDown": .throttled,
    "PriorRequestNotComplete": .throttled,
    "EC2ThrottledException": .throttled,
    "TransactionInProgressException": .throttled,
    "ProvisionedThroughputExceededException": .throttled,

    "RequestTimeout": .timedOut,
    "RequestTimeoutException": .timedOut,
    "ServiceUnavailable": .unavailable,
    "InternalError": .unavailable,
    "InternalFailure": .unavailable,

    "ExpiredToken": .expiredToken,
    "ExpiredTokenException": .expiredToken,
    "InvalidClientTokenId": .unknownCredentials,
    "UnrecognizedClientException": .unknownCredentials,
    "MissingAuthenticationToken": .unknownCredentials,
    "SignatureDoesNotMatch": .wrongSignature,
    "RequestExpired": .clockSkew,
    "RequestTimeTooSkewed": .clockSkew,
    "RequestInTheFuture": .clockSkew,
  ]

  /// Tells refusals apart by code, and by AWS's sentence where one code stands for several.
  package init(code: String, message: String) {
    switch code {
    // Documented as InvalidationBatchAlreadyExists. Any other complaint about a caller reference is
    // a failure.
    case "InvalidArgument" where message.has("caller reference") && message.has("used"):
      self = .alreadySubmitted
    case "InvalidArgument" where message.has("path"): self = .invalidPath
    // A signature whose date is off is refused as a wrong one.
    case "SignatureDoesNotMatch"
    where message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current"):
      self = .clockSkew
    default: self = CloudFrontRefusal.Kind.byCode[code] ?? .other(code: code)
    }
  }
}

extension String {
  /// Whether these lower-case words are in the text, in any case.
  ///
  /// Compares bytes: `contains` of a string is the regular expression engine's, and its use would
  /// bring 0.5 MB of it into the package.
  fileprivate func has(_ words: String) -> Bool {
    let words = Array(words.utf8)
    let text = Array(lowercased().utf8)
    return text.indices.contains { text[$0...].starts(with: words) }
  }
}
