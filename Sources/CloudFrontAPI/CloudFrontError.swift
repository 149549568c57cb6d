package import AWSClient

/// Why a call to CloudFront has no usable answer.
package struct CloudFrontError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What stood in the way.
  package enum Reason: Equatable, Sendable {
    /// CloudFront said no, with its own error code.
    case refused(CloudFrontRefusal)
    /// There was no answer, or none that is CloudFront's.
    case unanswered(AWSClientError)
    /// The answer is not what the API documents.
    case unreadable(String)
    /// ListDistributions gave a marker again that it had given before, or a marker without end.
    case endlessPages(marker: String)
    /// Nothing was sent, since the execution environment is being shut down.
    case endRequested
  }

  /// The API operation, which is also the IAM action's name.
  package var operation: String
  /// The distribution's id, where the call is about one.
  package var distribution: String?
  /// What stood in the way.
  package var reason: Reason

  /// Creates an error.
  package init(operation: String, distribution: String?, reason: Reason) {
    self.operation = operation
    self.distribution = distribution
    self.reason = reason
  }

  /// CloudFront's error code, when it gave one.
  package var code: String? {
    if case .refused(let refusal) = reason { refusal.code } else { nil }
  }

  /// Whether the same call may succeed a little later: it was throttled, or not answered at all.
  package var mayPass: Bool {
    switch reason {
    case .refused(let refusal):
      [.transient, .throttled].contains(
        CloudFrontRefusal.meaning(
          status: refusal.status, code: refusal.code, message: refusal.message))
    case .endlessPages: false
    default: true
    }
  }

  /// The stable name Lambda and its callers see: `Function.CloudFrontAccessDenied` and so on.
  package var errorType: String {
    switch reason {
    case .refused(let refusal):
      "Function.CloudFront" + refusal.code.filter { $0.isASCII && $0.isLetter }
    case .unanswered(.missingCredentials), .unanswered(.malformedCredentials):
      "Function.CredentialsMissing"
    case .unanswered: "Function.CloudFrontUnreachable"
    case .unreadable, .endlessPages: "Function.CloudFrontUnreadableAnswer"
    case .endRequested: "Function.ShuttingDown"
    }
  }

  /// What happened, on which distribution, and what to do.
  package var description: String {
    let call = distribution.map { "\(operation) on distribution \($0)" } ?? operation
    return switch reason {
    case .refused(let refusal):
      "\(call): \(CloudFrontError.sentence("\(refusal)")) \(advice(refusal))"
    case .unanswered(let error): CloudFrontError.sentence("\(call): \(error)")
    case .unreadable(let problem):
      "\(call): the answer can't be read: \(problem). If a proxy stands between, check it."
    case .endlessPages(let marker):
      "\(call): the list does not end at the page marker \(marker). Try again."
    case .endRequested:
      "\(call): not sent, since Lambda ends this execution environment."
        + " It will be tried again when the event is delivered again."
    }
  }

  /// Ends a text with a full stop, since more is said behind it: few of AWS's own words have one.
  private static func sentence(_ text: String) -> String {
    text.last.map { ".!?".contains($0) } == true ? text : text + "."
  }

  private func advice(_ refusal: CloudFrontRefusal) -> String {
    switch refusal.code {
    case "AccessDenied":
      "Grant the function's role cloudfront:\(operation) on \(refusal.deniedResource ?? resource)."
    case "ExpiredToken", "ExpiredTokenException":
      "The credentials can't be renewed in this process: Lambda gives each execution environment"
        + " its own, elsewhere set new ones."
    case "InvalidClientTokenId", "UnrecognizedClientException", "MissingAuthenticationToken":
      "Check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, and that the role still exists."
    case "SignatureDoesNotMatch":
      "Check AWS_SECRET_ACCESS_KEY and the machine's clock."
    case "NoSuchDistribution": "Check the id; a distribution of another account is never found."
    case "Throttling", "TooManyInvalidationsInProgress", "ServiceUnavailable":
      "It will be tried again when the event is delivered again."
    default: "See CloudFront's own words above."
    }
  }

  /// The resource as a policy names it, where CloudFront does not say it.
  private var resource: String {
    distribution.map { "arn:aws:cloudfront::<account>:distribution/\($0)" } ?? "all resources"
  }
}

/// CloudFront's own error answer.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
package struct CloudFrontRefusal: Equatable, Sendable, CustomStringConvertible {
  /// The HTTP status.
  package var status: Int
  /// The error code, such as `AccessDenied`.
  package var code: String
  /// AWS's sentence about it.
  package var message: String
  /// The id to name to AWS's support.
  package var requestID: String?

  /// Creates a value.
  package init(status: Int, code: String, message: String, requestID: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.requestID = requestID
  }

  /// The code, AWS's own words and the ids.
  package var description: String {
    let id = requestID.map { ", request id \($0)" } ?? ""
    return "\(code) (status \(status)\(id)): \(message)"
  }
}
