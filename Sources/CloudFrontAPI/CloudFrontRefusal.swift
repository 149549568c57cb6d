package import AWSClient
import Failures
package import HTTPTransport
import XML

/// CloudFront's own error answer.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
package struct CloudFrontRefusal: Equatable, Sendable, CustomStringConvertible {
  /// What the refusal is about: what decisions are taken by.
  package let kind: Kind
  /// The HTTP status.
  package let status: Int
  /// The error code as CloudFront spells it, for messages and names. Nothing outside this module
  /// sees it, so that decisions are taken by ``kind``.
  let code: String
  /// AWS's sentence about it.
  package let message: String
  /// The id to name to AWS's support.
  package let requestID: String?

  /// Creates a refusal from what the answer says.
  package init(status: Int, code: String, message: String, requestID: String? = nil) {
    kind = Kind(code: code, message: message)
    self.status = status
    self.code = code
    self.message = message
    self.requestID = requestID
  }

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

  /// The code, AWS's own words and the ids.
  package var description: String {
    let id = requestID.map { ", request id \($0)" } ?? ""
    return "\(code) (status \(status)\(id)): \(message)"
  }

  /// The ARN that an AccessDenied names as `on resource: …`.
  package var deniedResource: String? {
    let words = message.split(separator: " ")
    guard let place = words.firstIndex(of: "resource:"), words.indices.contains(place + 1),
      words[place + 1].hasPrefix("arn:")
    else { return nil }
    return String(words[place + 1])
  }

  /// What the refusal means for a retry, as the AWS SDKs classify it.
  ///
  /// A full invalidation quota is in none of their lists: it frees up in minutes, not within a
  /// retry.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  package var meaning: AnswerMeaning {
    switch kind {
    case .throttled: .throttled
    case .timedOut: .transient
    case .expiredToken: .expiredCredentials
    case .clockSkew: .clockSkew
    case .accessDenied, .noSuchDistribution, .noSuchCachePolicy, .tooManyInvalidationsInProgress,
      .batchTooLarge, .invalidPath, .alreadySubmitted, .unavailable, .unknownCredentials,
      .wrongSignature, .other:
      CloudFrontRefusal.meaning(status: status)
    }
  }

  /// What helps against the refusal.
  var cure: Cure {
    switch kind {
    case .throttled, .timedOut, .unavailable, .tooManyInvalidationsInProgress, .expiredToken,
      .clockSkew, .noSuchCachePolicy:
      .time
    case .accessDenied, .unknownCredentials, .wrongSignature: .permission
    case .noSuchDistribution, .batchTooLarge, .invalidPath, .alreadySubmitted: .nobody
    // Nobody knows what an unknown code means, so it gets the longer patience of the two.
    case .other: meaning == .permanent ? .permission : .time
    }
  }

  /// What a status means when there is no error code: a proxy's page, or half an answer.
  package static func meaning(status: Int) -> AnswerMeaning {
    switch status {
    case 429: .throttled
    case 500, 502, 503, 504: .transient
    default: .permanent
    }
  }
}

extension CloudFrontRefusal {
  /// CloudFront's answer about a distribution that does not exist, for sources that stand in for
  /// it.
  package static let noSuchDistribution = CloudFrontRefusal(
    status: 404, code: "NoSuchDistribution",
    message: "The specified distribution does not exist.")

  /// CloudFront's answer about a cache policy that does not exist.
  package static let noSuchCachePolicy = CloudFrontRefusal(
    status: 404, code: "NoSuchCachePolicy", message: "The cache policy does not exist.")
}
