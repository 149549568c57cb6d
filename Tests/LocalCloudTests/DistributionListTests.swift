import Testing

@testable import LocalCloud

@Suite struct DistributionListTests {
  @Test("Lists nothing with Items absent, as AWS does")
  func emptyList() throws {
    let world = try CloudFrontWorld(distributions: 0)
    defer { world.fake.stop() }
    let answer = try #require(try world.client.list())
    #expect(answer.status == 200)
    #expect(
      answer.text == """
        <?xml version="1.0"?>
        <DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker>\
        <MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>0</Quantity>\
        </DistributionList>
        """)
    #expect(answer.header("Date") == "Fri, 20 Nov 2026 18:04:06 GMT")
    #expect(answer.header("x-amzn-RequestId") != nil)
  }

  @Test("Pages at 100 with markers that must be percent-encoded")
  func pages() throws {
    let world = try CloudFrontWorld(distributions: 201)
    defer { world.fake.stop() }
    var ids: [String] = []
    var marker: String?
    repeat {
      let answer = try #require(try world.client.list(marker: marker))
      #expect(answer.status == 200)
      ids += answer.texts(of: "Id").filter { $0.hasPrefix("E") }
      marker = answer.text(of: "NextMarker")
      #expect(answer.text(of: "IsTruncated") == (marker == nil ? "false" : "true"))
      if let marker { #expect("+/=".allSatisfy { marker.contains($0) }) }
    } while marker != nil
    #expect(ids == (1...201).map { "E\($0)" })
    #expect(
      world.fake.calls.map(\.action) == (1...3).map { .listDistributions(page: $0) })
    #expect(world.fake.calls(of: .listDistributions).count == 3)
    #expect(world.fake.calls(of: .listDistributions(page: 2)).count == 1)
  }

  @Test("Keeps to MaxItems and to a page size that was lowered")
  func pageSize() throws {
    let world = try CloudFrontWorld(distributions: 5) { $0.pageSize = 2 }
    defer { world.fake.stop() }
    #expect(try world.client.list()?.text(of: "Quantity") == "2")
    #expect(try world.client.list(maxItems: 1)?.text(of: "Quantity") == "1")
    #expect(try world.client.list(maxItems: 1)?.text(of: "MaxItems") == "1")
  }

  @Test(
    "Refuses markers and sizes it never gave out",
    arguments: [
      "Marker=E1", "Marker=%2B%2B%2F%2F", "Marker=++//RTIA", "Marker=%zz", "MaxItems=0",
      "MaxItems=101", "MaxItems=abc", "MaxItems=",
    ])
  func badMarker(query: String) throws {
    let world = try CloudFrontWorld(distributions: 3)
    defer { world.fake.stop() }
    let answer = try #require(
      try world.client.exchange("GET", "/2020-05-31/distribution?\(query)"))
    // A raw "+" is not signed as it is sent either.
    #expect(
      ["InvalidArgument", "SignatureDoesNotMatch"].contains(answer.text(of: "Code") ?? ""))
  }

  @Test("Refuses a marker with a raw equals sign although it is signed")
  func rawMarker() throws {
    let world = try CloudFrontWorld(distributions: 3) { $0.pageSize = 1 }
    defer { world.fake.stop() }
    let marker = try #require(try world.client.list()?.text(of: "NextMarker"))
    #expect(try world.client.list(marker: marker)?.text(of: "Id") == "E2")
    let raw = URIText.encode(Array(marker.utf8)).replacing("%3D", with: "=")
    let answer = try world.client.exchange("GET", "/2020-05-31/distribution?Marker=\(raw)")
    #expect(answer?.text(of: "Code") == "InvalidArgument")
  }

  @Test("Describes a distribution in the list and, with its root object, in its configuration")
  func distribution() throws {
    let world = try CloudFrontWorld { settings in
      var distribution = FakeDistribution(
        id: "EX",
        origins: [
          .init(id: "a", domainName: "b.s3.amazonaws.com", path: "/p"),
          .init(id: "w", domainName: "b.s3-website.eu-west-1.amazonaws.com"),
        ])
      distribution.aliases = ["www.example.com"]
      distribution.isEnabled = false
      distribution.isStaging = true
      distribution.originGroups = [.init(id: "g", members: ["a", "w"])]
      distribution.defaultBehavior = .init(target: "g", functions: ["viewer-request"])
      distribution.behaviors = [.init(pathPattern: "/<&>*", target: "a")]
      distribution.defaultRootObject = "index.html"
      distribution.extraXML = "<New>1</New>"
      settings.distributions = [distribution]
    }
    defer { world.fake.stop() }
    let list = try #require(try world.client.list())
    #expect(list.text(of: "CNAME") == "www.example.com")
    #expect(list.text(of: "OriginPath") == "/p")
    #expect(list.texts(of: "OriginId") == ["a", "w"])
    #expect(list.texts(of: "TargetOriginId") == ["g", "a"])
    #expect(list.text(of: "PathPattern") == "/&lt;&amp;&gt;*")
    #expect(list.text(of: "EventType") == "viewer-request")
    #expect(list.text(of: "Staging") == "true")
    #expect(list.text(of: "ARN") == "arn:aws:cloudfront::123456789012:distribution/EX")
    #expect(list.text.contains("<Enabled>false</Enabled><ViewerCertificate>"))
    #expect(list.text.contains("<New>1</New></DistributionSummary>"))
    #expect(list.text(of: "DefaultRootObject") == nil)
    let config = try #require(
      try world.client.exchange("GET", "/2020-05-31/distribution/EX/config"))
    #expect(config.status == 200)
    #expect(config.text(of: "DefaultRootObject") == "index.html")
    #expect(config.header("ETag")?.hasPrefix("E") == true)
    #expect(config.text.hasPrefix("<?xml version=\"1.0\"?>\n<DistributionConfig xmlns="))
    let whole = try world.client.exchange("GET", "/2020-05-31/distribution/EX")
    #expect(whole?.text(of: "DefaultRootObject") == "index.html")
  }

  @Test(
    "Knows no other distributions, invalidations and operations",
    arguments: [
      ("GET", "/2020-05-31/distribution/EX/config", "NoSuchDistribution"),
      ("GET", "/2020-05-31/distribution/EX/invalidation", "NoSuchDistribution"),
      ("GET", "/2020-05-31/distribution/E1/invalidation/I1", "NoSuchInvalidation"),
      ("GET", "/2019-03-26/distribution", "UnknownOperationException"),
      ("POST", "/2020-05-31/distribution", "UnknownOperationException"),
      ("GET", "/2020-05-31/distribution/", "UnknownOperationException"),
    ])
  func unknown(method: String, path: String, code: String) throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let answer = try world.client.exchange(method, path)
    #expect(answer?.status == 404)
    #expect(answer?.text(of: "Code") == code)
  }
}
