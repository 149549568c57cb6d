import Testing

@testable import LocalCloud

@Suite struct CloudFrontFaultTests {
  private static let start: Int64 = 1_795_197_846_125

  private func start(
    _ change: (inout FakeCloudFrontSettings) -> Void = { _ in }
  ) throws -> (FakeCloudFront, WireCloudFront) {
    var settings = FakeCloudFrontSettings(
      distributions: ["E1", "E2", "E3"].map { FakeDistribution(id: $0, origins: []) })
    settings.wallMilliseconds = { CloudFrontFaultTests.start }
    change(&settings)
    let fake = try FakeCloudFront(settings)
    return (fake, WireCloudFront(fake: fake, time: { CloudFrontFaultTests.start }))
  }

  private static let refusals: [(CloudFrontFault, Int, String?)] = [
    (.throttle, 400, "Throttling"), (.internalError, 500, "InternalError"),
    (.unavailable, 503, "ServiceUnavailable"), (.unavailableHTML, 503, nil),
    (.tooManyInProgress, 400, "TooManyInvalidationsInProgress"),
    (.batchTooLarge, 413, "BatchTooLarge"), (.denied, 403, "AccessDenied"),
    (.expiredToken, 403, "ExpiredToken"),
    (.custom(.instead(.answer(418, "tea"))), 418, nil),
  ]

  @Test("Refuses a create without carrying it out, once", arguments: refusals.indices)
  func refuses(index: Int) throws {
    let (fault, status, code) = CloudFrontFaultTests.refusals[index]
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.script(fault, on: .createInvalidation)
    let answer = try #require(try client.create(["/a"], reference: "r"))
    #expect(answer.status == status)
    #expect(answer.text(of: "Code") == code)
    #expect(fake.calls.map(\.status) == [status])
    #expect(fake.calls.map(\.errorCode) == [code])
    #expect(fake.invalidations.isEmpty)
    #expect(fake.faultsLeft == 0)
    #expect(try client.create(["/a"], reference: "r")?.status == 201)
  }

  @Test("Resets before or after the invalidation exists", arguments: [true, false])
  func resets(isAccepted: Bool) throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.script(isAccepted ? .resetAfterAccepting : .resetBeforeAccepting, on: .createInvalidation)
    #expect(try client.create(["/a"], reference: "r") == nil)
    #expect(fake.invalidations.count == (isAccepted ? 1 : 0))
    #expect(fake.calls.map(\.status) == [nil])
    #expect(try client.create(["/a"], reference: "r")?.status == 201)
    #expect(fake.invalidations.count == 1)
  }

  @Test("Spoils an answer on its way although the call took effect")
  func spoils() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    for fault in [
      CloudFrontFault.halfAnswer, .badXML, .oversizedBody(100_000), .wrongContentType,
      .slow(.milliseconds(2)), .staleConnection,
    ] {
      fake.script(fault, on: .createInvalidation)
    }
    func create(_ number: Int) throws -> WireClient.Answer? {
      defer { #expect(fake.invalidations.count == number) }
      return try client.create(["/\(number)"], reference: "\(number)")
    }
    #expect(try create(1) == nil)
    #expect(try create(2)?.text.hasSuffix("</Invalidation>") == false)
    #expect(try create(3)?.body.count == 100_000)
    #expect(try create(4)?.header("Content-Type") == "text/html")
    #expect(try create(5)?.status == 201)
    #expect(try create(6)?.status == 201)
    #expect(fake.faultsLeft == 0)
  }

  @Test("Hangs until it stops")
  func hangs() throws {
    let (fake, client) = try start()
    fake.script(.hang, on: .listDistributions)
    let path = "/2020-05-31/distribution"
    let wire = try WireClient(port: fake.loopback.port)
    wire.send("GET", path, headers: try client.signed("GET", path, body: ""))
    #expect(fake.waitForCalls(1, timeout: .seconds(10)))
    fake.stop()
    #expect(wire.read() == nil)
  }

  @Test("Strikes the page it was meant for")
  func pages() throws {
    let (fake, client) = try start { $0.pageSize = 1 }
    defer { fake.stop() }
    fake.script(.unavailable, on: .listDistributions(page: 2), times: 2)
    let marker = try #require(try client.list()?.text(of: "NextMarker"))
    #expect(try client.list(marker: marker)?.status == 503)
    #expect(try client.list(marker: marker)?.status == 503)
    #expect(try client.list(marker: marker)?.status == 200)
    fake.script(.throttle, on: .listDistributions)
    #expect(try client.list(marker: marker)?.text(of: "Code") == "Throttling")
  }

  @Test("Strikes the operation it was meant for")
  func operations() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.script(.denied, on: .getDistributionConfig)
    #expect(try client.list()?.status == 200)
    #expect(try client.create(["/a"], reference: "r")?.status == 201)
    let config = try client.exchange("GET", "/2020-05-31/distribution/E1/config")
    #expect(config?.text(of: "Message")?.contains("cloudfront:GetDistributionConfig") == true)
  }

  @Test("Runs its clock ahead from a call on, and tells the time it thinks it is")
  func skew() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.script(.skewedClock(.seconds(3600)), on: .createInvalidation)
    let answer = try #require(try client.create(["/a"], reference: "r"))
    #expect(answer.status == 403)
    #expect(answer.text(of: "Code") == "SignatureDoesNotMatch")
    #expect(
      answer.text(of: "Message")
        == "Signature expired: 20261120T180406Z is now earlier than 20261120T184906Z "
        + "(20261120T190406Z - 15 min.)")
    #expect(answer.header("Date") == "Fri, 20 Nov 2026 19:04:06 GMT")
    var corrected = client
    corrected.time = { CloudFrontFaultTests.start + 3_600_000 }
    #expect(try corrected.create(["/a"], reference: "r")?.status == 201)
    #expect(fake.faultsLeft == 0)
  }

  @Test("Keeps a fault for a request with a good signature")
  func badSignature() throws {
    let (fake, client) = try start()
    defer { fake.stop() }
    fake.script(.throttle, on: .listDistributions)
    var stranger = client
    stranger.credentials.secretAccessKey = "wrong"
    #expect(try stranger.list()?.text(of: "Code") == "SignatureDoesNotMatch")
    #expect(try client.list()?.text(of: "Code") == "Throttling")
  }

  @Test("Holds every answer back for the latency it was told")
  func latency() throws {
    let (fake, client) = try start { $0.latency = .milliseconds(1) }
    defer { fake.stop() }
    #expect(try client.list()?.status == 200)
    fake.configure { $0.latency = .zero }
    #expect(try client.list()?.status == 200)
  }
}
