/// An error answer of CloudFront, with the status, code and message of AWS.
struct CloudFrontProblem: Error, Equatable {
  var status: Int
  var code: String
  var message: String

  /// The party at fault: the receiver for 5xx, the sender otherwise.
  var type: String { status >= 500 ? "Receiver" : "Sender" }

  /// Returns the body, an `ErrorResponse`.
  func xml(requestID: String) -> String {
    let fields = [
      XMLText.element("Type", text: type), XMLText.element("Code", text: code),
      XMLText.element("Message", text: message),
    ]
    return XMLText.document(
      "ErrorResponse",
      XMLText.element("Error", fields.joined()) + XMLText.element("RequestId", text: requestID))
  }

  static func invalidArgument(_ message: String) -> CloudFrontProblem {
    CloudFrontProblem(status: 400, code: "InvalidArgument", message: message)
  }

  static func malformedXML(_ reason: String) -> CloudFrontProblem {
    CloudFrontProblem(
      status: 400, code: "MalformedXML",
      message: "1 validation error detected: the request body is not valid: \(reason)")
  }

  static let invalidPaths = invalidArgument(
    "Your request contains one or more invalid invalidation paths.")

  static let usedCallerReference = invalidArgument(
    "Your request contains a caller reference that was used for a previous invalidation batch for "
      + "the same distribution.")

  static let batchAlreadyExists = CloudFrontProblem(
    status: 400, code: "InvalidationBatchAlreadyExists",
    message:
      "An invalidation batch with the same caller reference and other paths already exists.")

  static let inconsistentQuantities = CloudFrontProblem(
    status: 400, code: "InconsistentQuantities",
    message: "The value of Quantity and the size of Items don't match.")

  static let missingBody = CloudFrontProblem(
    status: 400, code: "MissingBody", message: "This operation requires a body.")

  static let tooManyInProgress = CloudFrontProblem(
    status: 400, code: "TooManyInvalidationsInProgress",
    message:
      "Processing your request will cause you to exceed the maximum number of in-progress "
      + "invalidations.")

  static let batchTooLarge = CloudFrontProblem(
    status: 413, code: "BatchTooLarge", message: "Invalidation batch specified is too large.")

  static let throttling = CloudFrontProblem(
    status: 400, code: "Throttling", message: "Rate exceeded")

  static let internalError = CloudFrontProblem(
    status: 500, code: "InternalError",
    message: "CloudFront encountered an internal error. Please try again.")

  static let unavailable = CloudFrontProblem(
    status: 503, code: "ServiceUnavailable",
    message: "CloudFront encountered an internal error. Please try again.")

  static let noSuchDistribution = CloudFrontProblem(
    status: 404, code: "NoSuchDistribution", message: "The specified distribution does not exist.")

  static let noSuchCachePolicy = CloudFrontProblem(
    status: 404, code: "NoSuchCachePolicy", message: "The specified cache policy does not exist.")

  static let noSuchInvalidation = CloudFrontProblem(
    status: 404, code: "NoSuchInvalidation", message: "The specified invalidation does not exist.")

  static let unknownOperation = CloudFrontProblem(
    status: 404, code: "UnknownOperationException", message: "No operation has this path.")

  static let missingToken = CloudFrontProblem(
    status: 403, code: "MissingAuthenticationToken",
    message: "Request is missing Authentication Token")

  static let invalidToken = CloudFrontProblem(
    status: 403, code: "InvalidClientTokenId",
    message: "The security token included in the request is invalid.")

  static let expiredToken = CloudFrontProblem(
    status: 403, code: "ExpiredToken",
    message: "The security token included in the request is expired")

  static func incompleteSignature(_ reason: String) -> CloudFrontProblem {
    CloudFrontProblem(status: 400, code: "IncompleteSignature", message: reason)
  }

  static func signatureDoesNotMatch(_ reason: String) -> CloudFrontProblem {
    CloudFrontProblem(status: 403, code: "SignatureDoesNotMatch", message: reason)
  }

  static let wrongSignature = signatureDoesNotMatch(
    "The request signature we calculated does not match the signature you provided. Check your AWS "
      + "Secret Access Key and signing method. Consult the service documentation for details.")

  static func accessDenied(_ action: String, resource: String) -> CloudFrontProblem {
    CloudFrontProblem(
      status: 403, code: "AccessDenied",
      message:
        "User: arn:aws:sts::123456789012:assumed-role/bridge/bridge is not authorized to perform: "
        + "\(action) on resource: \(resource) because no identity-based policy allows the "
        + "\(action) action")
  }
}
