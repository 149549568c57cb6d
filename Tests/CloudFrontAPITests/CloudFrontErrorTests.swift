import AWSClient
import CloudFrontModel
import Failures
import HTTPTransport
import Testing

@testable import CloudFrontAPI

private let oneAttempt = AWSClientError.Effort(
  request: "GET /", attempts: 1, ending: .permanent)

@Suite("CloudFront's error answers")
struct CloudFrontErrorTests {
  struct Row: CustomTestStringConvertible, Sendable {
    /// The sample's name: the status and the code.
    var file: String
    /// Whether another attempt is worth while.
    var isRetried = false
    /// How the message starts.
    var message: String

    var status: Int { Int(file.prefix(3)) ?? 0 }
    var code: String { String(file.dropFirst(4)) }
    var testDescription: String { file }
  }

  static let rows = [
    Row(
      file: "400-InconsistentQuantities",
      message: "The value of Quantity and the size of Items don't match."),
    Row(
      file: "400-InvalidArgument",
      message: "Your request contains one or more invalid invalidation paths."),
    Row(file: "400-MissingBody", message: "This operation requires a body."),
    Row(file: "400-Throttling", isRetried: true, message: "Rate exceeded"),
    Row(
      file: "400-TooManyInvalidationsInProgress", message: "Processing your request will cause you"
    ),
    Row(file: "403-AccessDenied", message: "User: arn:aws:sts:"),
    Row(
      file: "403-ExpiredToken", message: "The security token included in the request is expired"),
    Row(
      file: "403-InvalidClientTokenId",
      message: "The security token included in the request is invalid."),
    Row(
      file: "403-SignatureDoesNotMatch",
      message: "The request signature we calculated does not match"),
    Row(file: "404-NoSuchDistribution", message: "The specified distribution does not exist."),
    Row(file: "404-NoSuchInvalidation", message: "The specified invalidation does not exist."),
    Row(file: "413-BatchTooLarge", message: "Invalidation batch specified is too large."),
    Row(
      file: "500-InternalError", isRetried: true,
      message: "CloudFront encountered an internal error."),
    Row(
      file: "503-ServiceUnavailable", isRetried: true,
      message: "CloudFront encountered an internal error."),
  ]

  private func answer(_ row: Row) throws -> HTTPResponse {
    HTTPResponse(status: row.status, body: try Sample.bytes("errors/\(row.file)"))
  }

  @Test("are read with status, code, AWS's own words and the request id", arguments: rows)
  func refusal(row: Row) throws {
    let refusal = try #require(CloudFrontRefusal(try answer(row)))
    #expect(refusal.status == row.status)
    #expect(refusal.code == row.code)
    #expect(refusal.message.hasPrefix(row.message))
    #expect(refusal.requestID == "04705081-4e05-11e4-8882-43cbc738add4")
    #expect(refusal.kind != .alreadySubmitted)
  }

  @Test("are retried only where that can help, and get a stable error type", arguments: rows)
  func meaning(row: Row) throws {
    let script = CannedAnswers([
      .answer(row.status, try Sample.bytes("errors/\(row.file)"))
    ])
    let client = try script.client()
    let batch = try InvalidationBatchTests.batch(["/a"])
    let error = failure { () throws(CloudFrontError) in try client.create(batch, deadline: nil) }
    #expect(error?.refusal == CloudFrontRefusal.Kind(code: row.code, message: row.message))
    #expect(error?.mayPass == row.isRetried)
    #expect(error?.effort?.attempts == script.requests.count)
    #expect(error?.effort?.ending == (row.isRetried ? .attemptsUsedUp : .permanent))
    #expect(error?.errorType.name == "Function.CloudFront\(row.code)")
    #expect((script.requests.count > 1) == row.isRetried)
    #expect(Set(script.requests.map(\.body)).count == 1)
  }

  @Test("name the action, the distribution and AWS's own words", arguments: rows)
  func text(row: Row) throws {
    let refusal = try #require(CloudFrontRefusal(try answer(row)))
    let error = CloudFrontError(
      operation: "CreateInvalidation", distribution: "E1", reason: .refused(refusal))
    #expect(error.description.hasPrefix("CreateInvalidation on distribution E1: \(row.code) "))
    #expect(error.description.contains(row.message))
  }

  @Test("say which permission is missing, on what")
  func advice() {
    let refusal = CloudFrontRefusal(status: 403, code: "AccessDenied", message: "No.")
    let create = CloudFrontError(
      operation: "CreateInvalidation", distribution: "E1", reason: .refused(refusal))
    #expect(
      create.description.hasSuffix(
        "Grant the function's role cloudfront:CreateInvalidation on"
          + " arn:aws:cloudfront::<account>:distribution/E1."))
    let list = CloudFrontError(
      operation: "ListDistributions", distribution: nil, reason: .refused(refusal))
    #expect(
      list.description.hasSuffix(
        "Grant the function's role cloudfront:ListDistributions on all resources."))
  }

  @Test("are found in an emulator's other wrapping too; the header's request id wins")
  func otherWrapping() throws {
    let refusal = try #require(
      CloudFrontRefusal(
        HTTPResponse(
          status: 404, headers: ["x-amzn-requestid": "from-header"],
          body: Array(
            """
            <Response><Errors><Error><Code>NoSuchDistribution</Code></Error></Errors>\
            <RequestId>from-body</RequestId></Response>
            """.utf8))))
    #expect(refusal.code == "NoSuchDistribution")
    #expect(refusal.message == "")
    #expect(refusal.requestID == "from-header")
  }

  @Test(
    "without an AWS error in them are none, and their status decides",
    arguments: [
      (503, "<html><h1>Service Unavailable</h1></html>", true), (503, "<html><br></html>", true),
      (502, "", true), (429, "slow down", true), (500, "{}", true),
      (504, "<ErrorResponse><Err", true), (403, "<html>blocked by policy</html>", false),
      (400, "", false), (302, "", false), (404, "<Error><Code></Code></Error>", false),
    ])
  func notFromAWS(status: Int, body: String, isRetried: Bool) throws {
    #expect(CloudFrontRefusal(HTTPResponse(status: status, body: Array(body.utf8))) == nil)
    let script = CannedAnswers([.answer(status, body)])
    let client = try script.client()
    let error = failure { () throws(CloudFrontError) in
      try client.distribution(id: "E1", deadline: nil)
    }
    #expect(error?.errorType.name == "Function.CloudFrontUnreachable")
    #expect(error?.refusal == nil)
    #expect(error?.description.contains("status \(status)") == true)
    #expect((script.requests.count > 1) == isRetried)
  }

  @Test("missing credentials have a type of their own")
  func credentials() {
    let error = CloudFrontError(
      operation: "ListDistributions", distribution: nil,
      reason: .unanswered(.missingCredentials(variable: "AWS_ACCESS_KEY_ID")))
    #expect(error.errorType.name == "Function.CredentialsMissing")
    #expect(error.description.contains("AWS_ACCESS_KEY_ID"))
  }

  @Test("tell how many attempts were made, and why there was no further one, before the cure")
  func effort() throws {
    let throttled = CannedAnswers([.answer(400, try Sample.bytes("errors/400-Throttling"))])
    let client = try throttled.client()
    let list = failure { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
    #expect(
      list?.description.hasSuffix(
        "Rate exceeded. 3 attempts were made, and no more are allowed."
          + " It will be tried again when the event is delivered again.") == true)
    let denied = CannedAnswers([.answer(403, try Sample.bytes("errors/403-AccessDenied"))])
    let other = try denied.client()
    let get = failure { () throws(CloudFrontError) in
      try other.distribution(id: "E1", deadline: nil)
    }
    #expect(
      get?.description.contains(
        " 1 attempt was made, and another would fail the same way. Grant the function's role ")
        == true)
    let cut = CannedAnswers([.answer(200, "<html/>")])
    let last = try cut.client()
    let unread = failure { () throws(CloudFrontError) in try last.distributions(deadline: nil) }
    #expect(unread?.description.contains(" 3 attempts were made, and no more are allowed.") == true)
  }

  @Test("keep what CloudFront said when the deadline ends the call between two attempts")
  func deadlineBetweenAttempts() throws {
    let script = CannedAnswers([.answer(503, try Sample.bytes("errors/503-ServiceUnavailable"))])
    let client = try script.client()
    // The script's clock begins at 1,000 seconds and stands still but for waits.
    let error = failure { () throws(CloudFrontError) in
      try client.distributions(deadline: .seconds(1000) + .milliseconds(1))
    }
    #expect(error?.refusal == .unavailable)
    #expect(error?.effort?.ending == .deadline)
    #expect(error?.description.contains("1 attempt was made, and no time was left") == true)
  }

  @Test(
    "may pass only where the same call may succeed later without anybody's help",
    arguments: [
      (.unanswered(.missingCredentials(variable: "AWS_ACCESS_KEY_ID")), false),
      (.unanswered(.malformedCredentials(variable: "AWS_ACCESS_KEY_ID")), false),
      (.unanswered(.noTimeLeft(request: "GET /")), true),
      (.unanswered(.answered(HTTPResponse(status: 403), .permanent, oneAttempt)), true),
      (.unanswered(.unanswered(TransportError(.connect, "refused"), oneAttempt)), true),
      (.unanswered(.unanswered(TransportError(.tls, "untrusted"), oneAttempt)), true),
      (.unanswered(.unanswered(TransportError(.invalid, "bad URL"), oneAttempt)), false),
      (.unanswered(.unanswered(TransportError(.tooLarge, "too large"), oneAttempt)), true),
      (.unreadable("the root element is html"), true),
      (.endlessPages(marker: "m"), false),
      (.endRequested, true),
    ] as [(CloudFrontError.Reason, Bool)])
  func mayPass(reason: CloudFrontError.Reason, expected: Bool) {
    let error = CloudFrontError(
      operation: "GetDistributionConfig", distribution: "E1", reason: reason)
    #expect(error.mayPass == expected)
  }
}
