import HTTPTransport
import JSON
import Testing

@testable import LambdaRuntime

@Suite("RuntimeRequest")
struct RuntimeRequestTests {
  private let failure = FunctionError(ErrorType("Function.Broken"), "no")

  private func http(_ request: RuntimeRequest) throws -> HTTPRequest {
    let endpoint = try #require(RuntimeEndpoint("127.0.0.1:9001"))
    return request.httpRequest(
      to: endpoint, userAgent: UserAgent(program: "s3-cloudfront-bridge", version: "1.2.3"))
  }

  @Test("next is a GET without a timeout")
  func next() throws {
    #expect(
      try http(.next)
        == HTTPRequest(
          .get, "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
          headers: ["User-Agent": "aws-lambda-s3-cloudfront-bridge/1.2.3"]))
  }

  @Test("a response carries the body as JSON")
  func response() throws {
    #expect(
      try http(.response(Invocation(requestID: "id-1"), [1, 2]))
        == HTTPRequest(
          .post, "http://127.0.0.1:9001/2018-06-01/runtime/invocation/id-1/response",
          headers: [
            "User-Agent": "aws-lambda-s3-cloudfront-bridge/1.2.3",
            "Content-Type": "application/json",
          ], body: [1, 2]))
  }

  @Test("an error carries its type, its X-Ray cause and its JSON")
  func errorRequest() throws {
    let request = try http(
      .error(Invocation(requestID: "id-1"), failure, workingDirectory: "/var/task"))
    #expect(request.url.hasSuffix("/invocation/id-1/error"))
    #expect(request.headers["Lambda-Runtime-Function-Error-Type"] == "Function.Broken")
    #expect(
      request.headers["Lambda-Runtime-Function-XRay-Error-Cause"]
        == #"{"working_directory":"/var/task","exceptions":[{"type":"Function.Broken","#
        + #""message":"no","stack":[]}],"paths":[]}"#)
    #expect(
      request.body
        == Array(
          #"{"errorMessage":"no","errorType":"Function.Broken","stackTrace":[]}"#.utf8))
  }

  @Test("an init error has the type and no id")
  func initError() throws {
    let request = try http(.initError(failure))
    #expect(request.url == "http://127.0.0.1:9001/2018-06-01/runtime/init/error")
    #expect(request.headers["Lambda-Runtime-Function-Error-Type"] == "Function.Broken")
    #expect(request.headers["Lambda-Runtime-Invocation-Id"] == nil)
  }

  @Test("the invocation id is sent back once, with responses and errors only")
  func invocationID() throws {
    let invocation = Invocation(requestID: "id-1", invocationID: "nonce/+=")
    let requests = try [
      http(.response(invocation, [])),
      http(.error(invocation, failure, workingDirectory: "/")),
    ]
    for request in requests {
      let sent = request.headers.fields.filter { $0.name == "Lambda-Runtime-Invocation-Id" }
      #expect(sent.map(\.value) == ["nonce/+="])
    }
    let without = try http(.response(Invocation(requestID: "id-1"), []))
    #expect(without.headers["Lambda-Runtime-Invocation-Id"] == nil)
  }

  @Test(
    "a request id is one path segment, whatever is in it",
    arguments: [
      ("8476a536-e9f4-11e8-9739-2dfe598c3fcd", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
      ("a/../b?x#y", "a%2F..%2Fb%3Fx%23y"), ("a b%", "a%20b%25"), ("é~_", "%C3%A9~_"),
    ])
  func requestID(id: String, encoded: String) throws {
    let request = try http(.response(Invocation(requestID: id), []))
    #expect(request.url.hasSuffix("/invocation/\(encoded)/response"))
  }

  @Test(
    "the user agent is one token of at most 128 bytes",
    arguments: ["1.0 beta\r\nX: y", String(repeating: "9", count: 500)])
  func userAgent(version: String) {
    let agent = UserAgent(program: "s3-cloudfront-bridge", version: version).rawValue
    #expect(agent.hasPrefix("aws-lambda-s3-cloudfront-bridge/"))
    #expect(agent.utf8.count <= 128)
    #expect(agent.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
  }
}
