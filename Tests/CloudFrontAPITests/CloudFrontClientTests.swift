import AWSClient
import CloudFrontAPI
import CloudFrontModel
import Failures
import HTTPTransport
import InvalidationPlanning
import Testing

@Suite("The CloudFront client")
struct CloudFrontClientTests {
  private func page(marker: String?, ids: String...) -> CannedAnswers.Step {
    let next =
      marker.map { "<IsTruncated>true</IsTruncated><NextMarker>\($0)</NextMarker>" }
      ?? "<IsTruncated>false</IsTruncated>"
    let items = ids.map { "<DistributionSummary><Id>\($0)</Id></DistributionSummary>" }.joined()
    return .answer(
      200, "<DistributionList>\(next)<Items>\(items)</Items></DistributionList>")
  }

  private let created = CannedAnswers.Step.answer(
    201, "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>")

  // MARK: - Lists

  @Test("gathers all pages, with the opaque marker percent-encoded")
  func pages() throws {
    let script = CannedAnswers([
      page(marker: "E2 A/B+C==", ids: "E1"), page(marker: "m3", ids: "E2"),
      page(marker: nil, ids: "E3"),
    ])
    let found = try script.client().distributions(deadline: nil)
    #expect(found.map(\.id) == ["E1", "E2", "E3"])
    #expect(
      script.targets == [
        "/2020-05-31/distribution?MaxItems=100",
        "/2020-05-31/distribution?Marker=E2%20A%2FB%2BC%3D%3D&MaxItems=100",
        "/2020-05-31/distribution?Marker=m3&MaxItems=100",
      ])
  }

  @Test("reads the real pages one after the other")
  func realPages() throws {
    let script = CannedAnswers([
      .answer(200, try Sample.bytes("ListDistributions.page1")),
      .answer(200, try Sample.bytes("ListDistributions.page2")),
    ])
    let found = try script.client().distributions(deadline: nil)
    #expect(found.first?.id == "EDFDVBD632BHDS5")
    #expect(found.last?.id == "E3TENANTEXAMPL")
    #expect(script.targets.last?.contains("Marker=E2QWRUHEXAMPLE") == true)
  }

  @Test("stops when a marker comes again, at once or later", arguments: [1, 3])
  func endlessPages(period: Int) throws {
    let script = CannedAnswers(
      (0..<3 * period).map { page(marker: "m\($0 % period)", ids: "E\($0)") })
    let client = try script.client()
    let error = failure { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
    #expect(error?.reason == .endlessPages(marker: "m0"))
    #expect(error?.errorType.name == "Function.CloudFrontUnreadableAnswer")
    #expect(script.requests.count == period + 1)
  }

  @Test("stops after 1,000 pages, however new each marker is")
  func tooManyPages() throws {
    let script = CannedAnswers((0..<1_100).map { page(marker: "m\($0)", ids: "E1") })
    let client = try script.client()
    let error = failure { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
    #expect(error?.reason == .endlessPages(marker: "m999"))
    #expect(script.requests.count == 1_000)
  }

  @Test("gives no half list when a later page fails")
  func failingPage() throws {
    let script = CannedAnswers([
      page(marker: "m2", ids: "E1"), .answer(403, try Sample.bytes("errors/403-AccessDenied")),
    ])
    let client = try script.client()
    let error = failure { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
    #expect(error?.refusal == .accessDenied)
    #expect(error?.operation == "ListDistributions")
    #expect(error?.distribution == nil)
  }

  // MARK: - One distribution

  @Test("gets one distribution with its default root object, which the list leaves out")
  func configuration() throws {
    let script = CannedAnswers([
      .answer(
        200,
        """
        <DistributionConfig><CallerReference>r</CallerReference><Aliases><Quantity>1</Quantity>\
        <Items><CNAME>www.example.com</CNAME></Items></Aliases>\
        <DefaultRootObject>index.html</DefaultRootObject><Origins><Quantity>1</Quantity><Items>\
        <Origin><Id>o</Id><DomainName>b.s3.amazonaws.com</DomainName>\
        <OriginPath>/p</OriginPath></Origin></Items></Origins></DistributionConfig>
        """)
    ])
    let found = try script.client().distribution(id: "E1", deadline: nil)
    #expect(found.id == "E1")
    #expect(found.aliases == ["www.example.com"])
    #expect(found.origins.map(\.domainName) == ["b.s3.amazonaws.com"])
    #expect(found.origins.map(\.originPath) == ["/p"])
    #expect(found.defaultRootObject == "index.html")
    #expect(script.targets == ["/2020-05-31/distribution/E1/config"])
  }

  @Test("keeps an id one segment of the path, whatever is in it")
  func hostileID() throws {
    let script = CannedAnswers([.answer(200, "<DistributionConfig/>")])
    _ = try script.client().distribution(id: "../E1?x", deadline: nil)
    #expect(script.targets == ["/2020-05-31/distribution/..%2FE1%3Fx/config"])
  }

  // MARK: - Invalidations

  @Test("creates an invalidation with the batch's own bytes, and says which it is")
  func create() throws {
    let script = CannedAnswers([
      .answer(201, try Sample.bytes("CreateInvalidation.response"))
    ])
    let batch = try InvalidationBatchTests.batch(["/a"], distribution: "EDFDVBD632BHDS5")
    #expect(
      try script.client().create(batch, deadline: nil)
        == Invalidation(
          id: "I2J0I21PCUYOIK", status: "InProgress", createdAt: 1_795_197_846_000))
    let request = try #require(script.requests.first)
    #expect(request.method == .post)
    #expect(request.headers["Content-Type"] == "application/xml")
    #expect(request.body == batch.xml)
    #expect(script.targets == ["/2020-05-31/distribution/EDFDVBD632BHDS5/invalidation"])
  }

  @Test(
    "counts a batch that was submitted before as created, in the documented and the seen form",
    arguments: [
      "<Code>InvalidationBatchAlreadyExists</Code><Message>It exists.</Message>",
      """
      <Code>InvalidArgument</Code><Message>Your request contains a caller reference that was used \
      for a previous invalidation batch for the same distribution.</Message>
      """,
    ])
  func alreadySubmitted(error: String) throws {
    let script = CannedAnswers([
      .answer(400, "<ErrorResponse><Error>\(error)</Error></ErrorResponse>")
    ])
    let batch = try InvalidationBatchTests.batch(["/a"])
    #expect(try script.client().create(batch, deadline: nil) == .alreadySubmitted)
    #expect(script.requests.count == 1)
  }

  @Test("does not take another complaint about a caller reference for success")
  func otherComplaint() throws {
    let script = CannedAnswers([
      .answer(
        400,
        """
        <ErrorResponse><Error><Code>InvalidArgument</Code><Message>Your request contains a caller \
        reference that is too long.</Message></Error></ErrorResponse>
        """)
    ])
    let client = try script.client()
    let batch = try InvalidationBatchTests.batch(["/a"])
    let error = failure { () throws(CloudFrontError) in try client.create(batch, deadline: nil) }
    #expect(error?.refusal == .other(code: "InvalidArgument"))
  }

  @Test(
    "sends the byte-identical request again when a success can't be read",
    arguments: [
      "", "<Invalidation><Id>I1</Id><Sta", "<html><body>Welcome</body></html>",
      "<html><br>not well-formed</html>",
      "<Invalidation><Status>InProgress</Status></Invalidation>", "{\"Id\": \"I1\"}",
    ])
  func unreadableSuccess(body: String) throws {
    let script = CannedAnswers([.answer(201, body), created])
    let batch = try InvalidationBatchTests.batch(["/a"])
    #expect(
      try script.client().create(batch, deadline: nil)
        == Invalidation(id: "I1", status: "InProgress"))
    #expect(script.requests.map(\.body) == [batch.xml, batch.xml])
    #expect(Set(script.targets).count == 1)
  }

  @Test("reports an answer that stays unreadable as that, not as refused")
  func unreadableForGood() throws {
    let script = CannedAnswers([.answer(200, "<html><body>Sign in</body></html>")])
    let client = try script.client()
    let error = failure { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
    #expect(
      error?.reason == .unreadable("the root element is html, not DistributionList"))
    #expect(error?.errorType.name == "Function.CloudFrontUnreadableAnswer")
    #expect(script.requests.count > 1)
  }

  @Test("says what is missing in an invalidation that has no id")
  func noID() throws {
    let script = CannedAnswers([.answer(201, "<Invalidation><Id/></Invalidation>")])
    let client = try script.client()
    let batch = try InvalidationBatchTests.batch(["/a"])
    let error = failure { () throws(CloudFrontError) in try client.create(batch, deadline: nil) }
    #expect(error?.reason == .unreadable("the invalidation has no Id"))
  }

  @Test("reports the last attempt: a connection that dies behind an unreadable answer")
  func lastAttemptCounts() throws {
    let script = CannedAnswers([.answer(200, "<html/>"), .failure(.connect)])
    let client = try script.client()
    let error = failure { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
    #expect(error?.errorType.name == "Function.CloudFrontUnreachable")
    #expect(error?.description.contains("connection refused") == true)
  }

  @Test("sends nothing when the deadline is over")
  func deadline() throws {
    let script = CannedAnswers([created])
    let client = try script.client()
    let batch = try InvalidationBatchTests.batch(["/a"])
    let error = failure { () throws(CloudFrontError) in
      try client.create(batch, deadline: .seconds(1000))
    }
    #expect(error?.description.contains("no time is left") == true)
    #expect(script.requests.isEmpty)
  }
}
