import Testing

@testable import LocalCloud

@Suite struct FakeCloudFrontTests {
  @Test("Refuses an unsigned request of any kind", arguments: ["GET", "POST"])
  func unsigned(method: String) throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let path = "/2020-05-31/distribution/E1/invalidation"
    let answer = try WireClient(port: world.fake.loopback.port).exchange(method, path)
    #expect(answer?.status == 403)
    #expect(answer?.text(of: "Code") == "MissingAuthenticationToken")
    #expect(answer?.text(of: "RequestId") == answer?.header("x-amzn-RequestId"))
    #expect(world.fake.calls.map(\.errorCode) == ["MissingAuthenticationToken"])
  }

  @Test("Refuses a body that differs from the signed one by a byte")
  func changedBody() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let path = "/2020-05-31/distribution/E1/invalidation"
    let headers = try world.client.signed("POST", path, body: "a")
    let answer = try WireClient(port: world.fake.loopback.port)
      .exchange("POST", path, headers: headers, body: Array("b".utf8))
    #expect(answer?.status == 403)
    #expect(answer?.text(of: "Code") == "SignatureDoesNotMatch")
    #expect(answer?.text(of: "Type") == "Sender")
  }

  @Test("Takes only the region it was told")
  func region() throws {
    let world = try CloudFrontWorld { $0.region = "cn-northwest-1" }
    defer { world.fake.stop() }
    var client = world.client
    #expect(try client.list()?.text(of: "Code") == "SignatureDoesNotMatch")
    client.region = "cn-northwest-1"
    #expect(
      try client.list()?.text(of: "ARN") == "arn:aws-cn:cloudfront::123456789012:distribution/E1")
  }

  @Test("Takes temporary keys with their token")
  func sessionToken() throws {
    let keys = FakeCredentials(
      accessKeyID: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "IQo//w==")
    let world = try CloudFrontWorld { $0.credentials.append(keys) }
    defer { world.fake.stop() }
    var client = world.client
    #expect(try client.list()?.status == 200)
    client.credentials = keys
    #expect(try client.list()?.status == 200)
  }

  @Test("Says which action on which ARN is denied")
  func denied() throws {
    let world = try CloudFrontWorld { $0.deniedActions = ["cloudfront:CreateInvalidation"] }
    defer { world.fake.stop() }
    let answer = try world.client.create(["/a"], reference: "r")
    #expect(answer?.status == 403)
    #expect(answer?.text(of: "Code") == "AccessDenied")
    let message = try #require(answer?.text(of: "Message"))
    #expect(
      message.contains(
        "cloudfront:CreateInvalidation on resource: "
          + "arn:aws:cloudfront::123456789012:distribution/E1 "))
    #expect(try world.client.list()?.status == 200)
  }

  @Test("Does not let a frozen client keep a connection that was dropped meanwhile")
  func droppedWhileIdle() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let path = "/2020-05-31/distribution"
    let client = try WireClient(port: world.fake.loopback.port)
    let headers = try world.client.signed("GET", path, body: "")
    #expect(client.exchange("GET", path, headers: headers)?.status == 200)
    world.fake.loopback.closeConnections()
    #expect(client.readToEnd().isEmpty)
    #expect(world.fake.waitForCalls(1, timeout: .zero))
  }
}
