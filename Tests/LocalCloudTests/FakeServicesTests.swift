import Testing

@testable import LocalCloud

@Suite("The other services of the fake account")
struct FakeServicesTests {
  private static let now: Int64 = 1_795_600_800_000

  private func services() -> FakeServices {
    var contents = FakeServices.Contents()
    contents.buckets = ["b": ["é.html": .init(lastModified: FakeServicesTests.now, size: 7)]]
    contents.queues = ["q": .init(visible: 1, inFlight: 2, emptyAt: FakeServicesTests.now + 1)]
    contents.wallMilliseconds = { FakeServicesTests.now }
    return FakeServices(contents)
  }

  /// Signs a request as a client would, with the fields given.
  private func signed(
    _ method: String, _ target: String, service: String, headers: [(String, String)] = [],
    body: String = "", secret: String = FakeCredentials.example.secretAccessKey
  ) throws -> ServerRequest {
    let date = UTCTime(milliseconds: FakeServicesTests.now).basic
    let all = (headers + [("host", "127.0.0.1"), ("x-amz-date", date)]).sorted { $0.0 < $1.0 }
    var request = ServerRequest(
      method: method, target: target, headers: all, body: Array(body.utf8))
    let scope = [String(date.prefix(8)), "us-east-1", service, "aws4_request"]
    let signature = try SignatureCheck.signature(
      of: request, signedHeaders: all.map(\.0), date: date, scope: scope, secretAccessKey: secret)
    request.headers.append(
      ServerRequest.Field(
        name: "Authorization",
        value: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\(scope.joined(separator: "/")), "
          + "SignedHeaders=\(all.map(\.0).joined(separator: ";")), Signature=\(signature)"))
    return request
  }

  private static let emptyDigest = (
    "x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  )

  @Test("HeadObject tells time and size, finds keys by their bytes, and has no body")
  func head() throws {
    let services = services()
    func answer(_ key: String) throws -> ServerAnswer? {
      services.reply(
        to: try signed("HEAD", "/b/\(key)", service: "s3", headers: [FakeServicesTests.emptyDigest])
      )?.content
    }
    let found = try #require(try answer("%C3%A9.html"))
    #expect(found.status == 200)
    #expect(found["Date"] == "Wed, 25 Nov 2026 10:00:00 GMT")
    #expect(found["Content-Length"] == "7")
    let missing = try #require(try answer("e%CC%81.html"))
    #expect(missing.status == 404)
    #expect(missing.body.isEmpty)
  }

  @Test("FilterLogEvents has pages, the first of them empty, and only what is asked for")
  func logs() throws {
    let services = services()
    services.configure { contents in
      contents.logPageSize = 2
      contents.logGroups = [
        "g": (1...5).map { FakeServices.LogEvent(milliseconds: $0, message: "line \($0)") }
      ]
    }
    func answer(_ body: String) throws -> ServerAnswer? {
      services.reply(
        to: try signed(
          "POST", "/", service: "logs",
          headers: [("x-amz-target", "Logs_20140328.FilterLogEvents")], body: body))?.content
    }
    func text(_ token: String) throws -> String {
      let body = #"{"logGroupName":"g","startTime":2,"endTime":4\#(token)}"#
      return String(decoding: try #require(try answer(body)).body, as: UTF8.self)
    }
    let first = try text("")
    #expect(first.contains(#""events":[]"#))
    #expect(first.contains(#""nextToken":"after-0""#))
    let second = try text(#","nextToken":"after-0""#)
    #expect(second.contains("line 2") && second.contains("line 3") && !second.contains("line 4"))
    let third = try text(#","nextToken":"after-2""#)
    #expect(third.contains("line 4") && !third.contains("nextToken"))
    #expect(try answer(#"{"logGroupName":"other"}"#)?.status == 400)
  }

  @Test("a wrong signature and a missing digest are refused")
  func signatures() throws {
    let services = services()
    let wrong = try signed(
      "HEAD", "/b/a", service: "s3", headers: [FakeServicesTests.emptyDigest], secret: "other")
    #expect(services.reply(to: wrong)?.content?.status == 403)
    let bare = try signed("HEAD", "/b/%C3%A9.html", service: "s3")
    #expect(services.reply(to: bare)?.content?.status == 400)
    #expect(services.reply(to: try signed("GET", "/", service: "cloudfront")) == nil)
  }

  @Test("a queue has its messages until the time is over")
  func queue() throws {
    let services = services()
    func total() throws -> String? {
      services.reply(
        to: try signed(
          "POST", "/", service: "sqs", headers: [("x-amz-target", "AmazonSQS.GetQueueAttributes")],
          body: #"{"QueueUrl":"http://h/1/q","AttributeNames":["All"]}"#)
      )?.content.map { String(decoding: $0.body, as: UTF8.self) }
    }
    #expect(try total()?.contains(#""ApproximateNumberOfMessagesNotVisible":"2""#) == true)
    services.configure { $0.queues["q"]?.emptyAt = FakeServicesTests.now }
    #expect(try total()?.contains(#""ApproximateNumberOfMessagesNotVisible":"0""#) == true)
    services.configure { $0.deniedActions = ["sqs:GetQueueAttributes"] }
    #expect(try total()?.contains("AccessDenied") == true)
  }
}
