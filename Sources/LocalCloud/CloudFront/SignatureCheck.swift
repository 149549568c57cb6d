import Digest

/// Verifies Signature Version 4. It makes the canonical form itself, so that a mistake in the
/// client's signer can't confirm itself.
///
/// `docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html`
struct SignatureCheck {
  /// The largest difference between a request's time and the server's, in milliseconds.
  static let window: Int64 = 15 * 60 * 1000

  var credentials: [FakeCredentials]
  var service: String
  var region: String

  /// Throws CloudFront's error unless the request has a valid signature.
  ///
  /// - Parameter now: the server's time in milliseconds since 1970.
  func verify(_ request: ServerRequest, now: Int64) throws(CloudFrontProblem) {
    let fields = request.values(of: "Authorization")
    guard let field = fields.first else { throw .missingToken }
    guard fields.count == 1 else { throw .incompleteSignature("Authorization given twice") }
    let authorization = try Authorization(field)
    guard let date = request["X-Amz-Date"], request.values(of: "X-Amz-Date").count == 1,
      let time = UTCTime(basic: date)
    else { throw .incompleteSignature("Date must be in ISO-8601 'basic format'. Got '...'.") }

    try checkScope(authorization, date: date)
    guard let keys = credentials.first(where: { $0.accessKeyID == authorization.accessKeyID })
    else { throw .invalidToken }
    try checkToken(request, keys)
    try checkTime(time, now: now)
    try checkSignedHeaders(request, authorization)
    let expected = try SignatureCheck.signature(
      of: request, signedHeaders: authorization.signedHeaders, date: date,
      scope: authorization.scope, secretAccessKey: keys.secretAccessKey)
    guard expected == authorization.signature else { throw .wrongSignature }
    guard service != "s3" || request["x-amz-content-sha256"] == SignatureCheck.digest(request.body)
    else { throw .incompleteSignature("x-amz-content-sha256 is missing or not that of the body") }
  }

  private static func digest(_ body: [UInt8]) -> String { hex(SHA256.digest(of: body)) }

  /// Returns the service that a request is signed for; nil without a readable signature.
  static func service(of request: ServerRequest) -> String? { scope(of: request)?[2] }

  /// Returns the region that a request is signed for; nil without a readable signature.
  static func region(of request: ServerRequest) -> String? { scope(of: request)?[1] }

  private static func scope(of request: ServerRequest) -> [String]? {
    guard let field = request["Authorization"],
      let authorization = try? Authorization(field), authorization.scope.count == 4
    else { return nil }
    return authorization.scope.map { String($0) }
  }

  private func checkScope(
    _ authorization: Authorization, date: String
  ) throws(CloudFrontProblem) {
    guard authorization.scope.count == 4, authorization.scope[3] == "aws4_request" else {
      throw .signatureDoesNotMatch("Credential should be scoped with a valid terminator.")
    }
    guard authorization.scope[0] == date.prefix(8) else {
      throw .signatureDoesNotMatch(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP")
    }
    guard authorization.scope[1] == region else {
      throw .signatureDoesNotMatch("Credential should be scoped to a valid region.")
    }
    guard authorization.scope[2] == service else {
      throw .signatureDoesNotMatch("Credential should be scoped to correct service: '\(service)'.")
    }
  }

  private func checkToken(
    _ request: ServerRequest, _ keys: FakeCredentials
  ) throws(CloudFrontProblem) {
    guard request.values(of: "X-Amz-Security-Token") == [keys.sessionToken].compactMap({ $0 })
    else { throw .invalidToken }
    if keys.isExpired { throw .expiredToken }
  }

  private func checkTime(_ time: UTCTime, now: Int64) throws(CloudFrontProblem) {
    let server = UTCTime(milliseconds: now).basic
    let away = time.milliseconds - now
    if away < -SignatureCheck.window {
      let limit = UTCTime(milliseconds: now - SignatureCheck.window).basic
      throw .signatureDoesNotMatch(
        "Signature expired: \(time.basic) is now earlier than \(limit) (\(server) - 15 min.)")
    }
    if away > SignatureCheck.window {
      let limit = UTCTime(milliseconds: now + SignatureCheck.window).basic
      throw .signatureDoesNotMatch(
        "Signature not yet current: \(time.basic) is still later than \(limit) (\(server) + 15 min.)"
      )
    }
  }

  private func checkSignedHeaders(
    _ request: ServerRequest, _ authorization: Authorization
  ) throws(CloudFrontProblem) {
    let signed = authorization.signedHeaders
    guard signed == signed.sorted(), Set(signed).count == signed.count,
      signed.allSatisfy({ $0 == $0.lowercased() && request[$0] != nil })
    else { throw .wrongSignature }
    let mustBeSigned =
      ["host"]
      + request.headers.map { $0.name.lowercased() }
      .filter { $0.hasPrefix("x-amz-") }
    for name in mustBeSigned where !signed.contains(name) {
      throw .signatureDoesNotMatch("'\(name)' must be a 'SignedHeader' in the AWS Authorization.")
    }
  }

  /// Returns the signature that a request must have, in lower-case hex.
  static func signature(
    of request: ServerRequest, signedHeaders: [String], date: String, scope: [String],
    secretAccessKey: String
  ) throws(CloudFrontProblem) -> String {
    let canonical = ReceivedForm(
      request, signedHeaders: signedHeaders, isS3: scope.count > 2 && scope[2] == "s3"
    ).text
    let hash = hex(SHA256.digest(of: Array(canonical.utf8)))
    let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope.joined(separator: "/"))\n\(hash)"
    var key = Array("AWS4\(secretAccessKey)".utf8)
    for part in scope { key = HMACSHA256.code(for: Array(part.utf8), key: key) }
    return hex(HMACSHA256.code(for: Array(text.utf8), key: key))
  }

  /// Returns two lower-case digits for each byte.
  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The parts of the `Authorization` field.
  private struct Authorization {
    var accessKeyID: String
    var scope: [String]
    var signedHeaders: [String]
    var signature: String

    init(_ field: String) throws(CloudFrontProblem) {
      let algorithm = "AWS4-HMAC-SHA256"
      guard field.hasPrefix(algorithm + " ") else {
        throw .incompleteSignature("Unsupported AWS 'algorithm'; expected \(algorithm)")
      }
      var parts: [String: String] = [:]
      for part in field.dropFirst(algorithm.count).split(separator: ",") {
        let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
        guard pair.count == 2, parts.updateValue(pair[1], forKey: pair[0]) == nil else {
          throw .incompleteSignature("'\(part)' not a valid key=value pair in Authorization header")
        }
      }
      guard let credential = parts["Credential"], let headers = parts["SignedHeaders"],
        let signature = parts["Signature"], parts.count == 3
      else {
        throw .incompleteSignature(
          "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.")
      }
      var words = credential.split(separator: "/", omittingEmptySubsequences: false).map(
        String.init)
      accessKeyID = words.removeFirst()
      scope = words
      signedHeaders = headers.split(separator: ";").map(String.init)
      self.signature = signature
    }
  }
}
