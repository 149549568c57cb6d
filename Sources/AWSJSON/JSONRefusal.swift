package import AWSClient
package import HTTPTransport
package import JSON

/// The error answer of a service that speaks JSON.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
package struct JSONRefusal: Equatable, Sendable, CustomStringConvertible {
  /// The HTTP status.
  package let status: Int
  /// The error code as the service spells it.
  package let code: String
  /// AWS's sentence about it.
  package let message: String
  /// The whole answer, for what stands beside code and message.
  package let document: JSONValue

  /// Reads an error answer; nil when its body is not an AWS error.
  package init?(_ response: HTTPResponse) {
    guard let json = try? JSONValue.parse(response.body), let type = json["__type"]?.stringValue,
      let code = type.split(separator: "#").last, !code.isEmpty
    else { return nil }
    status = response.status
    self.code = String(code)
    message = json["message"]?.stringValue ?? json["Message"]?.stringValue ?? ""
    document = json
  }

  /// The code and AWS's own words.
  package var description: String { "\(code) (status \(status)): \(message)" }

  /// Whether a permission is missing, for the resource or for its key.
  package var isDenied: Bool { JSONRefusal.denials.contains(code) }

  private static let denials: Set = [
    "AccessDenied", "AccessDeniedException", "KmsAccessDenied", "InvalidSecurity",
  ]
  private static let throttlings: Set = [
    "RequestThrottled", "Throttling", "ThrottlingException", "KmsThrottled", "OverLimit",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded",
  ]

  /// What the refusal means for a retry.
  package var meaning: AnswerMeaning {
    if JSONRefusal.throttlings.contains(code) { return .throttled }
    switch code {
    case "ExpiredToken", "ExpiredTokenException": return .expiredCredentials
    case "RequestExpired", "RequestTimeTooSkewed": return .clockSkew
    // Somebody else's transaction had the item in this moment.
    case "TransactionConflictException", "ReplicatedWriteConflictException": return .transient
    // A signature whose date is off is refused as a wrong one.
    case "SignatureDoesNotMatch", "InvalidSignatureException":
      let isSkew =
        message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
      return isSkew ? .clockSkew : .permanent
    default: return JSONRefusal.meaning(status: status)
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
