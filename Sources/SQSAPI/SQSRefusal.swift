import AWSClient
import HTTPTransport
import JSON

/// SQS's own error answer.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
package struct SQSRefusal: Equatable, Sendable, CustomStringConvertible {
  /// The HTTP status.
  let status: Int
  /// The error code as SQS spells it.
  let code: String
  /// AWS's sentence about it.
  let message: String

  /// Reads an error answer; nil when its body is not an AWS error.
  init?(_ response: HTTPResponse) {
    guard let json = try? JSONValue.parse(response.body), let type = json["__type"]?.stringValue,
      let code = type.split(separator: "#").last, !code.isEmpty
    else { return nil }
    status = response.status
    self.code = String(code)
    message = json["message"]?.stringValue ?? json["Message"]?.stringValue ?? ""
  }

  /// The code and AWS's own words.
  package var description: String { "\(code) (status \(status)): \(message)" }

  /// Whether a permission is missing, for the queue or for its key.
  package var isDenied: Bool { SQSRefusal.denials.contains(code) }

  private static let denials: Set = [
    "AccessDenied", "AccessDeniedException", "KmsAccessDenied", "InvalidSecurity",
  ]
  private static let throttlings: Set = [
    "RequestThrottled", "Throttling", "ThrottlingException", "KmsThrottled", "OverLimit",
  ]

  /// What the refusal means for a retry.
  var meaning: AnswerMeaning {
    if SQSRefusal.throttlings.contains(code) { return .throttled }
    switch code {
    case "ExpiredToken", "ExpiredTokenException": return .expiredCredentials
    case "RequestExpired", "RequestTimeTooSkewed": return .clockSkew
    // A signature whose date is off is refused as a wrong one.
    case "SignatureDoesNotMatch", "InvalidSignatureException":
      let isSkew =
        message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
      return isSkew ? .clockSkew : .permanent
    default: return SQSRefusal.meaning(status: status)
    }
  }

  /// What a status means when there is no error code.
  static func meaning(status: Int) -> AnswerMeaning {
    switch status {
    case 429: .throttled
    case 500...599: .transient
    default: .permanent
    }
  }
}
