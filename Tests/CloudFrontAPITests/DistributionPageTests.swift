import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import Testing

@Suite("A page of ListDistributions")
struct DistributionPageTests {
  private func page(_ name: String) throws -> DistributionPage {
    try DistributionPage(xml: try Sample.bytes(name))
  }

  @Test("names ids, host names, aliases and origins, and where the next page starts")
  func firstPage() throws {
    let page = try page("ListDistributions.page1")
    let first = try #require(page.distributions.first)
    #expect(page.nextMarker == "E2QWRUHEXAMPLE")
    #expect(first.id == "EDFDVBD632BHDS5")
    #expect(first.domainName == "d111111abcdef8.cloudfront.net")
    #expect(first.aliases == ["www.example.com", "example.com"])
    #expect(
      first.origins.map(\.domainName) == [
        "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com", "api.example.com",
      ])
    #expect(first.origins.map(\.originPath) == ["/production", ""])
    #expect(first.defaultRootObject == nil, "the list never tells")
  }

  @Test("is the last one when it is not truncated; a tenant's distribution has no host name")
  func lastPage() throws {
    let page = try page("ListDistributions.page2")
    #expect(page.nextMarker == nil)
    #expect(page.distributions.map(\.id) == ["E3TENANTEXAMPL"])
    #expect(page.distributions.first?.domainName == "")
    #expect(page.distributions.first?.aliases == [])
  }

  @Test("may have no Items at all")
  func empty() throws {
    let page = try page("ListDistributions.empty")
    #expect(page.distributions.isEmpty)
    #expect(page.nextMarker == nil)
  }

  @Test("may be indented, as moto's are")
  func indented() throws {
    let page = try page("moto-5.2.5-ListDistributions")
    let first = try #require(page.distributions.first)
    #expect(page.distributions.count == 2)
    #expect(first.id == "GF8NWK2A8JOGV")
    #expect(first.aliases == ["www0.example.com"])
    #expect(first.origins.map(\.domainName) == ["bucket0.s3.us-west-2.amazonaws.com"])
    #expect(first.origins.first?.originPath == "")
    #expect(page.nextMarker?.hasPrefix("eyJwYXJhbWV0ZXJDaGVja3N1bSI6IDg3") == true)
    #expect(page.nextMarker?.hasSuffix("fQ==") == true)
  }

  @Test("leaves out a distribution without an id, and keeps the others")
  func withoutID() throws {
    let xml = """
      <DistributionList><IsTruncated>false</IsTruncated><Items>\
      <DistributionSummary><DomainName>d1.cloudfront.net</DomainName></DistributionSummary>\
      <DistributionSummary><Id>E2</Id></DistributionSummary></Items></DistributionList>
      """
    #expect(try DistributionPage(xml: Array(xml.utf8)).distributions.map(\.id) == ["E2"])
  }

  @Test(
    "is refused when it is another document, or does not say where it goes on",
    arguments: [
      ("<html><Id>E1</Id></html>", "the root element is html, not DistributionList"),
      (
        "<DistributionList><IsTruncated>true</IsTruncated></DistributionList>",
        "IsTruncated is true and NextMarker is missing"
      ),
      (
        "<DistributionList><IsTruncated>true</IsTruncated><NextMarker/></DistributionList>",
        "IsTruncated is true and NextMarker is missing"
      ),
    ])
  func refused(xml: String, reason: String) {
    let error = #expect(throws: AnswerError.self) { try DistributionPage(xml: Array(xml.utf8)) }
    #expect(error?.description == reason)
  }

  @Test(
    "is refused when it is cut off anywhere",
    arguments: Array(stride(from: 0, to: 6200, by: 371)))
  func cutOff(length: Int) throws {
    let whole = try Sample.bytes("ListDistributions.page1")
    #expect(throws: (any Error).self) { try DistributionPage(xml: Array(whole.prefix(length))) }
  }
}
