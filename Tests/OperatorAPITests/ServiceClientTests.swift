import AWSClient
import CloudFrontAPI
import Clock
import HTTPTransport
import OperatorAPI
import Testing

/// Gives the same answer to every request, and notes the requests.
private final class OneAnswer: Transport {
  let answer: HTTPResponse
  private(set) var requests: [HTTPRequest] = []

  init(_ answer: HTTPResponse) { self.answer = answer }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    requests.append(request)
    return answer
  }

  func client(
    _ service: ServiceClient.Service, environment: [String: String] = [:]
  ) throws -> ServiceClient {
    try ServiceClient(
      service, region: "eu-west-1", environment: environment, transport: self,
      credentials: .environment(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]),
      time: TimeSource(
        wallMilliseconds: { 1_795_600_800_000 }, monotonic: { .zero }, sleep: { _ in }),
      random: { 0 })
  }
}

@Suite("The client of other services")
struct ServiceClientTests {
  @Test("S3 signs the path as it is sent, and the digest of the body")
  func head() throws {
    let script = OneAnswer(
      HTTPResponse(
        status: 404, headers: ["Date": "Wed, 25 Nov 2026 10:00:00 GMT"]))
    let head = try script.client(.s3).head(Array("a b/é.html".utf8), in: "my.bucket")
    #expect(head.date == 1_795_600_800_000)
    #expect(head.status == 404)
    let request = try #require(script.requests.first)
    #expect(request.method == .head)
    #expect(request.url == "https://s3.eu-west-1.amazonaws.com/my.bucket/a%20b/%C3%A9.html")
    #expect(
      request.headers["X-Amz-Content-Sha256"]
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      request.headers["Authorization"]?.contains(
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date,") == true)
  }

  @Test("an ARN stays one segment of the path")
  func function() throws {
    let script = OneAnswer(HTTPResponse(status: 200, body: Array("{}".utf8)))
    _ = try script.client(.lambda).configuration(of: "arn:aws:lambda:eu-west-1:1:function:b")
    #expect(
      script.requests.first?.url
        == "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/"
        + "arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Ab/configuration")
  }

  @Test("CloudWatch Logs is asked for a group's events by its own protocol and name")
  func logs() throws {
    let body =
      #"{"events":[{"timestamp":7,"message":"a\nb"},{"message":"no time"}],"nextToken":"n"}"#
    let script = OneAnswer(HTTPResponse(status: 200, body: Array(body.utf8)))
    let page = try script.client(.logs).logEvents(
      ofGroup: "/aws/lambda/b", in: 5...9, nextToken: "t")
    #expect(page.events.map(\.milliseconds) == [7])
    #expect(page.events.map(\.message) == ["a\nb"])
    #expect(page.nextToken == "n")
    let request = try #require(script.requests.first)
    #expect(request.url == "https://logs.eu-west-1.amazonaws.com/")
    #expect(request.headers["X-Amz-Target"] == "Logs_20140328.FilterLogEvents")
    #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"logGroupName":"/aws/lambda/b","startTime":5,"endTime":9,"limit":10000,"nextToken":"t"}"#
    )
    let elsewhere = OneAnswer(HTTPResponse(status: 200, body: Array(#"{"events":[]}"#.utf8)))
    let own = try elsewhere.client(
      .logs, environment: ["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "http://127.0.0.1:1"])
    #expect(try own.logEvents(ofGroup: "g", in: 0...1, nextToken: nil).nextToken == nil)
    #expect(elsewhere.requests.first?.url == "http://127.0.0.1:1/")
  }

  @Test("a function's log group is the one it names, or the one Lambda makes")
  func logGroup() throws {
    let named = #"{"FunctionName":"b","LoggingConfig":{"LogGroup":"own"}}"#
    #expect(try FunctionConfiguration(json: Array(named.utf8)).logGroup == "own")
    let plain = #"{"FunctionName":"b"}"#
    #expect(try FunctionConfiguration(json: Array(plain.utf8)).logGroup == "/aws/lambda/b")
  }

  @Test(
    "refusals are told apart in every form that services have",
    arguments: [
      (
        400, "application/x-amz-json-1.0",
        #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"}"#, true, false
      ),
      (
        400, "application/x-amz-json-1.0",
        #"{"__type":"com.amazonaws.sqs#AccessDenied","message":"no"}"#, false, true
      ),
      (
        403, "text/xml", "<Error><Code>AccessDenied</Code><Message>no</Message></Error>", false,
        true
      ),
      (404, "text/xml", "<Error><Code>NoSuchBucket</Code></Error>", true, false),
    ])
  func refusals(
    status: Int, type: String, body: String, isNotFound: Bool, isDenied: Bool
  ) throws {
    let script = OneAnswer(
      HTTPResponse(status: status, headers: ["Content-Type": type], body: Array(body.utf8)))
    let client = try script.client(.sqs)
    do throws(ServiceError) {
      _ = try client.depth(ofQueue: "https://sqs.eu-west-1.amazonaws.com/1/q")
      Issue.record("it was not refused")
    } catch {
      guard case .refused(let refusal) = error.reason else {
        Issue.record("\(error)")
        return
      }
      #expect(refusal.isNotFound == isNotFound)
      #expect((refusal.kind == .accessDenied) == isDenied)
      #expect(error.action == "sqs:GetQueueAttributes")
    }
    #expect(script.requests.count == 1)
  }

  @Test("a custom endpoint comes before AWS's own, the service's before the common one")
  func endpoints() throws {
    let script = OneAnswer(HTTPResponse(status: 200, body: Array("{}".utf8)))
    let environment = [
      "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:2",
    ]
    _ = try script.client(.lambda, environment: environment).configuration(of: "b")
    _ = try? script.client(.sqs, environment: environment).depth(ofQueue: "u")
    let hosts = script.requests.map { String($0.url.prefix(18)) }
    #expect(Array(hosts.prefix(2)) == ["http://127.0.0.1:2", "http://127.0.0.1:1"])
  }
}
