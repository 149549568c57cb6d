import CloudFrontModel
import InvalidationPlanning
import Testing

@testable import CloudFrontAPI

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

  @Test(
    "passing over what planning does not read changes nothing",
    arguments: [
      "ListDistributions.page1", "ListDistributions.page2", "ListDistributions.empty",
      "moto-5.2.5-ListDistributions",
    ])
  func shape(name: String) throws {
    let xml = try Sample.bytes(name)
    #expect(try DistributionPage(xml: xml) == DistributionPage(xml: xml, keeping: nil))
  }

  @Test("every field that is read is kept")
  func everyField() throws {
    let behavior = """
      <TargetOriginId>g</TargetOriginId><ForwardedValues><QueryString>true</QueryString>\
      </ForwardedValues><MinTTL>1</MinTTL><DefaultTTL>2</DefaultTTL><MaxTTL>3</MaxTTL>\
      <CachePolicyId>p</CachePolicyId><LambdaFunctionAssociations><Items>\
      <LambdaFunctionAssociation><EventType>viewer-request</EventType></LambdaFunctionAssociation>\
      </Items></LambdaFunctionAssociations>
      """
    let associations = """
      <FunctionAssociations><Items><FunctionAssociation><EventType>viewer-request</EventType>\
      </FunctionAssociation></Items></FunctionAssociations>
      """
    let xml = """
      <DistributionList><IsTruncated>false</IsTruncated><Items><DistributionSummary><Id>E1</Id>\
      <Status>Deployed</Status><DomainName>d</DomainName><Aliases><Items><CNAME>a</CNAME></Items>\
      </Aliases><Origins><Items><Origin><Id>o</Id><DomainName>b</DomainName><OriginPath>/p\
      </OriginPath></Origin></Items></Origins><OriginGroups><Items><OriginGroup><Id>g</Id><Members>\
      <Items><OriginGroupMember><OriginId>o</OriginId></OriginGroupMember></Items></Members>\
      </OriginGroup></Items></OriginGroups><DefaultCacheBehavior>\(behavior)</DefaultCacheBehavior>\
      <CacheBehaviors><Items><CacheBehavior><PathPattern>/x</PathPattern>\
      <TargetOriginId>o</TargetOriginId>\(associations)</CacheBehavior></Items></CacheBehaviors>\
      <CustomErrorResponses><Items><CustomErrorResponse><ErrorCode>404</ErrorCode>\
      <ResponsePagePath>/e</ResponsePagePath><ErrorCachingMinTTL>30</ErrorCachingMinTTL>\
      </CustomErrorResponse></Items></CustomErrorResponses><Enabled>false</Enabled>\
      <Staging>true</Staging><ConnectionMode>tenant-only</ConnectionMode></DistributionSummary>\
      </Items></DistributionList>
      """
    let page = try DistributionPage(xml: Array(xml.utf8))
    #expect(try page == DistributionPage(xml: Array(xml.utf8), keeping: nil))
    let found = try #require(page.distributions.first)
    #expect(found.origins == [Origin(id: "o", domainName: "b", originPath: "/p")])
    #expect(found.originGroups == [OriginGroup(id: "g", members: ["o"])])
    #expect(found.aliases == ["a"])
    #expect(!found.isEnabled && found.isStaging && found.connectionMode == .tenantOnly)
    #expect(found.errorPages == ["/e"])
    #expect(found.missingObjectTTL == 30)
    let byDefault = try #require(found.defaultBehavior)
    #expect(byDefault.mayRewrite && byDefault.cachePolicyID == "p")
    #expect(
      byDefault.ownCaching
        == CachePolicy(minTTL: 1, defaultTTL: 2, maxTTL: 3, forwardsQueryStrings: true))
    #expect(found.behaviors.first?.pathPattern == PathPattern("/x"))
    #expect(found.behaviors.first?.mayRewrite == true)
  }

  @Test("equal parts of distributions share their storage")
  func sharing() throws {
    var shared = SharedParts.Pool<String>()
    let long = "a host name that does not fit into a String itself"
    let (one, other) = ([long, "1"], [long, "1"])
    let kept = [one, other].map { shared.one($0) }
    func address(_ array: [String]) -> UnsafeRawPointer? { array.withUnsafeBytes(\.baseAddress) }
    #expect(address(one) != address(other))
    #expect(address(kept[0]) == address(kept[1]))
    #expect(kept == [one, other])
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
