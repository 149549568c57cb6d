import AWSClient
import Encoding
import HTTPTransport
import SigV4
import XML

/// A call of the Security Token Service, before it is signed or sent as it is.
///
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
struct STSRequest {
  /// The API's name of the call.
  let operation: String
  private let parameters: [(name: String, value: String)]

  private init(_ operation: String, _ parameters: [(name: String, value: String?)] = []) {
    self.operation = operation
    self.parameters = parameters.compactMap { name, value in
      value.map { (name: name, value: $0) }
    }
  }

  /// Who somebody is; needs no permission.
  static let getCallerIdentity = STSRequest("GetCallerIdentity")

  /// Another role's credentials, for somebody who may have them.
  static func assumeRole(_ role: Role) -> STSRequest {
    STSRequest(
      "AssumeRole",
      [
        ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
        ("DurationSeconds", role.seconds), ("ExternalId", role.externalID),
      ])
  }

  /// A role's credentials for the holder of a token; not signed.
  static func assumeRole(_ role: Role, webIdentityToken: String) -> STSRequest {
    STSRequest(
      "AssumeRoleWithWebIdentity",
      [
        ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
        ("DurationSeconds", role.seconds), ("WebIdentityToken", webIdentityToken),
      ])
  }

  /// The form that is the request's body.
  var body: [UInt8] {
    let all = [(name: "Action", value: operation), (name: "Version", value: "2011-06-15")]
    return Array(
      (all + parameters).map { name, value in
        "\(name)=\(PercentEncoding.segment.encode(value))"
      }.joined(separator: "&").utf8)
  }

  /// The fields of the request.
  static let headers: HTTPHeaders = [
    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"
  ]

  /// The request as one to be signed.
  var signed: AWSRequest {
    AWSRequest(.post, path: "/", headers: STSRequest.headers, body: body)
  }

  /// Reads the result out of an answer, as an element.
  func result(_ response: HTTPResponse) throws(AccountError) -> XMLElement {
    let source = "STS (\(operation))"
    guard (200..<300).contains(response.status) else {
      if let refusal = STSRefusal(response, operation: operation) { throw .refused(refusal) }
      throw .failed(source: source, problem: "it answered with status \(response.status).")
    }
    guard let root = try? XMLReader.read(response.body),
      let result = root.children.first(where: { $0.name == "\(operation)Result" })
    else { throw .failed(source: source, problem: "its answer can't be read.") }
    return result
  }

  /// Reads credentials out of an answer.
  func credentials(
    _ response: HTTPResponse, source: String
  ) throws(AccountError) -> LoadedCredentials {
    let found = try result(response).first("Credentials")
    let keys = try Credentials(
      checking: found?["AccessKeyId"], found?["SecretAccessKey"], found?["SessionToken"],
      source: "STS (\(operation))")
    let expiry = found?["Expiration"].flatMap { CivilTime(iso8601: $0) }
    return LoadedCredentials(keys, expiry: expiry?.millisecondsSinceEpoch, source: source)
  }
}

/// A role, and how it is to be assumed.
struct Role {
  /// The role's ARN.
  var arn: String
  /// The session's name, which CloudTrail shows.
  var sessionName: String
  /// The agreed word of a role in somebody else's account.
  var externalID: String?
  /// How long the session lasts, in seconds, as it is written; nil leaves it to STS.
  var seconds: String?

  /// Reads a profile's role.
  ///
  /// - Parameter now: the wall clock, in milliseconds, for the session's name.
  init(_ arn: String, of profile: Profile, now: Int64) {
    self.arn = arn
    sessionName = profile["role_session_name"] ?? "cfbridge-\(now / 1000)"
    externalID = profile["external_id"]
    seconds = profile["duration_seconds"]
  }

  /// Creates a role that variables name.
  init(_ arn: String, sessionName: String?, now: Int64) {
    self.arn = arn
    self.sessionName = sessionName ?? "cfbridge-\(now / 1000)"
  }
}

/// An error answer of STS.
package struct STSRefusal: Equatable, Sendable, CustomStringConvertible {
  /// The API's name of the call.
  let operation: String
  /// The HTTP status.
  let status: Int
  /// The error code.
  let code: String
  /// AWS's sentence.
  let message: String

  init?(_ response: HTTPResponse, operation: String) {
    guard let root = try? XMLReader.read(response.body),
      let code = root.descendant(named: "Code")?.text, !code.isEmpty
    else { return nil }
    self.operation = operation
    status = response.status
    self.code = code
    message = root.descendant(named: "Message")?.text ?? ""
  }

  /// What the refusal means for a retry.
  var meaning: AnswerMeaning {
    if status >= 500 { return .transient }
    if status == 429 || code.hasPrefix("Throttl") { return .throttled }
    return message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
      ? .clockSkew : .permanent
  }

  /// The call, the code and AWS's words.
  package var description: String {
    "STS refused \(operation): \(code) (status \(status)): \(message)"
      + (message.hasSuffix(".") ? "" : ".")
  }
}
