import AWSClient
package import HTTPTransport
import XML

extension CloudFrontRefusal {
  /// Reads an error answer; nil when its body is not an AWS error.
  ///
  /// `Code` is looked for anywhere, since emulators wrap it differently.
  package init?(_ response: HTTPResponse) {
    guard let root = try? XMLReader.read(response.body),
      let code = root.descendant(named: "Code")?.text, !code.isEmpty
    else { return nil }
    self.init(
      status: response.status, code: code,
      message: root.descendant(named: "Message")?.text ?? "",
      requestID: response.headers["x-amzn-RequestId"] ?? root.descendant(named: "RequestId")?.text)
  }

  /// Whether CloudFront took this very batch before: a redelivered event, or a call whose answer
  /// was lost.
  ///
  /// Documented as InvalidationBatchAlreadyExists, seen as InvalidArgument with a sentence about
  /// a caller reference that was used. Any other complaint about one is a failure.
  package var saysAlreadySubmitted: Bool {
    code == "InvalidationBatchAlreadyExists"
      || (code == "InvalidArgument" && message.has("caller reference") && message.has("used"))
  }

  /// Whether one of the batch's paths is what CloudFront refuses; one bad path rejects them all.
  package var saysInvalidPath: Bool {
    code == "InvalidArgument" && !saysAlreadySubmitted && message.has("path")
  }

  /// The ARN that an AccessDenied names as `on resource: …`.
  var deniedResource: String? {
    let words = message.split(separator: " ")
    guard let place = words.firstIndex(of: "resource:"), words.indices.contains(place + 1),
      words[place + 1].hasPrefix("arn:")
    else { return nil }
    return String(words[place + 1])
  }

  /// What an error code means for a retry, as the AWS SDKs classify it.
  ///
  /// TooManyInvalidationsInProgress is in none of their lists: the quota frees up in minutes, not
  /// within a retry.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  static func meaning(status: Int, code: String, message: String) -> AnswerMeaning {
    switch code {
    case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
      "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
      "BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "PriorRequestNotComplete",
      "EC2ThrottledException", "TransactionInProgressException",
      "ProvisionedThroughputExceededException":
      return .throttled
    case "RequestTimeout", "RequestTimeoutException": return .transient
    case "ExpiredToken", "ExpiredTokenException": return .expiredCredentials
    case "RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture": return .clockSkew
    // A signature whose date is off is refused as a wrong one; only the sentence tells.
    case "SignatureDoesNotMatch"
    where message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current"):
      return .clockSkew
    default: return meaning(status: status)
    }
  }

  /// What a status means when there is no error code: a proxy's page, or half an answer.
  static func meaning(status: Int) -> AnswerMeaning {
    switch status {
    case 429: .throttled
    case 500, 502, 503, 504: .transient
    default: .permanent
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
