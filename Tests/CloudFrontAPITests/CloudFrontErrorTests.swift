import AWSClient
import CloudFrontAPI
import HTTPTransport
import Testing

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
    #expect(!refusal.saysAlreadySubmitted)
  }

  @Test("are retried only where that can help, and get a stable error type", arguments: rows)
  func meaning(row: Row) throws {
    let script = CannedAnswers([
      .answer(row.status, try Sample.bytes("errors/\(row.file)"))
    ])
    let client = try script.client()
    let batch = try InvalidationBatchTests.batch(["/a"])
    let error = failure { () throws(CloudFrontError) in try client.create(batch, deadline: nil) }
    #expect(error?.code == row.code)
    #expect(error?.errorType == "Function.CloudFront\(row.code)")
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
    #expect(error?.errorType == "Function.CloudFrontUnreachable")
    #expect(error?.code == nil)
    #expect(error?.description.contains("status \(status)") == true)
    #expect((script.requests.count > 1) == isRetried)
  }

  @Test("missing credentials have a type of their own")
  func credentials() {
    let error = CloudFrontError(
      operation: "ListDistributions", distribution: nil,
      reason: .unanswered(.missingCredentials(variable: "AWS_ACCESS_KEY_ID")))
    #expect(error.errorType == "Function.CredentialsMissing")
    #expect(error.description.contains("AWS_ACCESS_KEY_ID"))
  }
}
