package import AWSClient
package import CloudFrontModel
package import Failures
import HTTPTransport

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
    /// Nothing was sent, since the request's turn under the function's own rates comes too late.
    case rateReached
    /// Nothing was sent, since the execution environment is being shut down.
    case endRequested
  }

  /// The API operation, which is also the IAM action's name.
  package var operation: String
  /// The distribution's id, where the call is about one.
  package var distribution: DistributionID?
  /// What stood in the way.
  package var reason: Reason
  /// The attempts made and why there was no further one; nil when nothing was sent.
  package var effort: AWSClientError.Effort?

  /// Creates an error.
  package init(
    operation: String, distribution: DistributionID?, reason: Reason,
    effort: AWSClientError.Effort? = nil
  ) {
    self.operation = operation
    self.distribution = distribution
    self.reason = reason
    self.effort = effort
  }

  /// What CloudFront refuses, when it does.
  package var refusal: CloudFrontRefusal.Kind? {
    if case .refused(let refusal) = reason { refusal.kind } else { nil }
  }

  /// Whether the same call may succeed a little later, without anybody's help.
  package var mayPass: Bool {
    switch reason {
    case .refused(let refusal):
      switch refusal.meaning {
      case .transient, .throttled: true
      case .success, .expiredCredentials, .clockSkew, .permanent: false
      }
    case .unanswered(let error): CloudFrontError.mayPass(error)
    // The answer was cut or replaced on its way.
    case .unreadable: true
    case .endlessPages: false
    case .rateReached, .endRequested: true
    }
  }

  /// Whether the deadline ended the call, or came before it.
  package var isOutOfTime: Bool {
    if case .unanswered(.noTimeLeft) = reason { return true }
    return effort?.ending == .deadline
  }

  private static func mayPass(_ error: AWSClientError) -> Bool {
    switch error {
    case .missingCredentials, .credentials, .malformedCredentials, .invalidSetting,
      .invalidEndpoint, .endpointConflict, .noEndpoint:
      false
    case .noTimeLeft, .endRequested: true
    // Not CloudFront's words, whatever the status: something stood between.
    case .answered: true
    case .unanswered(let error, _):
      switch error.kind {
      // No client of CloudFront gets an answer that large: something stood between.
      case .connect, .timeout, .broken, .tls, .tooLarge: true
      case .invalid: false
      }
    }
  }

  /// The stable name Lambda and its callers see: `Function.CloudFrontAccessDenied` and so on.
  package var errorType: FailureType {
    switch reason {
    case .refused(let refusal):
      .cloudFront(code: refusal.code, cure: refusal.cure)
    case .unanswered(.missingCredentials), .unanswered(.credentials),
      .unanswered(.malformedCredentials):
      .known(.credentialsMissing)
    case .unanswered: .known(.cloudFrontUnreachable)
    case .unreadable, .endlessPages: .known(.cloudFrontUnreadableAnswer)
    case .rateReached: .known(.rateReached)
    case .endRequested: .known(.shuttingDown)
    }
  }

  /// What happened, on which distribution, after how many attempts, and what to do.
  package var description: String {
    let call = distribution.map { "\(operation) on distribution \($0)" } ?? operation
    let tried = effort.map { " \($0)." } ?? ""
    return switch reason {
    case .refused(let refusal):
      "\(call): \(CloudFrontError.sentence("\(refusal)"))\(tried)"
        + (advice(refusal).map { " \($0)" } ?? "")
    case .unanswered(let error): CloudFrontError.sentence("\(call): \(error)")
    case .unreadable(let problem):
      "\(call): the answer can't be read: \(problem).\(tried) If a proxy stands between, check it."
    case .endlessPages(let marker):
      "\(call): the list does not end at the page marker \(marker). Try again."
    case .rateReached:
      "\(call): not sent yet, since its turn under CREATE_RATE comes after the end of this"
        + " invocation. It will be sent when the event is delivered again."
    case .endRequested:
      "\(call): not sent, since Lambda ends this execution environment."
        + " It will be tried again when the event is delivered again."
    }
  }

  /// Ends a text with a full stop, since another sentence follows: few of AWS's own words have one.
  private static func sentence(_ text: String) -> String {
    text.last.map { ".!?".contains($0) } == true ? text : text + "."
  }

  /// What to do about a refusal; nil where AWS's own words are all there is to say.
  private func advice(_ refusal: CloudFrontRefusal) -> String? {
    switch refusal.kind {
    case .accessDenied:
      "Grant the function's role cloudfront:\(operation) on \(refusal.deniedResource ?? resource)."
    case .expiredToken:
      "The credentials can't be renewed in this process: Lambda gives each execution environment"
        + " its own, elsewhere set new ones."
    case .unknownCredentials:
      "Check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, and that the role still exists."
    case .wrongSignature: "Check AWS_SECRET_ACCESS_KEY and the machine's clock."
    case .clockSkew: "Set the machine's clock."
    case .noSuchDistribution: "Check the id; a distribution of another account is never found."
    case .throttled, .timedOut, .unavailable, .tooManyInvalidationsInProgress:
      "It will be tried again when the event is delivered again."
    case .noSuchCachePolicy, .batchTooLarge, .invalidPath, .alreadySubmitted, .other: nil
    }
  }

  /// The resource as a policy names it, where CloudFront does not say it.
  private var resource: String {
    distribution.map { "arn:aws:cloudfront::<account>:distribution/\($0)" } ?? "all resources"
  }
}
