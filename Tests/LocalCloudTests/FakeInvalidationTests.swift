import Testing

@testable import LocalCloud

@Suite struct FakeInvalidationTests {
  @Test("Creates an invalidation that completes after its time")
  func lifeOfAnInvalidation() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let created = try #require(
      try world.client.create(["/a&amp;b/*", "/c"], reference: "r&lt;1"))
    #expect(created.status == 201)
    let id = try #require(created.text(of: "Id"))
    #expect(
      created.header("Location")
        == "https://cloudfront.amazonaws.com/2020-05-31/distribution/E1/invalidation/\(id)")
    #expect(
      created.text == """
        <?xml version="1.0"?>
        <Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Id>\(id)</Id>\
        <Status>InProgress</Status><CreateTime>2026-11-20T18:04:06.125Z</CreateTime>\
        <InvalidationBatch><Paths><Quantity>2</Quantity><Items><Path>/a&amp;b/*</Path>\
        <Path>/c</Path></Items></Paths><CallerReference>r&lt;1</CallerReference>\
        </InvalidationBatch></Invalidation>
        """)
    let kept = try #require(world.fake.invalidations(of: "E1").first)
    #expect(kept.paths == ["/a&b/*", "/c"])
    #expect(kept.callerReference == "r<1")
    #expect(kept.createdAt == CloudFrontWorld.start)
    #expect(kept.status == .inProgress)
    let path = "/2020-05-31/distribution/E1/invalidation/\(id)"
    world.pass(19_999)
    #expect(try world.client.exchange("GET", path)?.text(of: "Status") == "InProgress")
    world.pass(1)
    #expect(try world.client.exchange("GET", path)?.text(of: "Status") == "Completed")
    #expect(world.fake.invalidations.map(\.status) == [.completed])
  }

  @Test("Lists invalidations newest first and without paths")
  func listInvalidations() throws {
    let world = try CloudFrontWorld(distributions: 2) { $0.pageSize = 2 }
    defer { world.fake.stop() }
    for number in 1...3 {
      #expect(try world.client.create(["/\(number)"], reference: "\(number)")?.status == 201)
    }
    #expect(try world.client.create(["/x"], reference: "1", on: "E2")?.status == 201)
    let ids = world.fake.invalidations(of: "E1").map(\.id)
    #expect(Set(ids).count == 3)
    let path = "/2020-05-31/distribution/E1/invalidation"
    let first = try #require(try world.client.exchange("GET", path))
    #expect(first.texts(of: "Id") == [ids[2], ids[1]])
    #expect(!first.text.contains("Path"))
    let marker = try #require(first.text(of: "NextMarker"))
    let encoded = URIText.encode(Array(marker.utf8))
    let second = try world.client.exchange("GET", "\(path)?Marker=\(encoded)")
    #expect(second?.texts(of: "Id") == [ids[0]])
    #expect(second?.text(of: "IsTruncated") == "false")
  }

  @Test("Refuses a batch with one bad path as a whole")
  func badPath() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let answer = try world.client.create(["/good", "/bad~"], reference: "r")
    #expect(answer?.status == 400)
    #expect(answer?.text(of: "Code") == "InvalidArgument")
    #expect(
      answer?.text(of: "Message")
        == "Your request contains one or more invalid invalidation paths.")
    #expect(world.fake.invalidations.isEmpty)
  }

  @Test("Takes cache tags only where the distribution has them")
  func tags() throws {
    let world = try CloudFrontWorld(distributions: 2) {
      $0.distributions[1].cacheTagHeader = "x-tags"
    }
    defer { world.fake.stop() }
    #expect(try world.client.create(["#blog"], reference: "r")?.status == 400)
    #expect(try world.client.create(["#blog"], reference: "r", on: "E2")?.status == 201)
  }

  @Test("Refuses a quantity that is not the number of paths, and a missing body")
  func badBatches() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    let wrong = try world.client.create(["/a"], reference: "r", quantity: 2)
    #expect(wrong?.text(of: "Code") == "InconsistentQuantities")
    #expect(try world.client.create(body: "")?.text(of: "Code") == "MissingBody")
    #expect(try world.client.create([], reference: "r")?.text(of: "Code") == "InvalidArgument")
    #expect(try world.client.create(["/a"], reference: "")?.text(of: "Code") == "InvalidArgument")
    #expect(try world.client.create(body: "<x/>")?.text(of: "Code") == "MalformedXML")
  }

  @Test("Returns the earlier invalidation for the same reference and paths in any order")
  func sameReference() throws {
    let world = try CloudFrontWorld(distributions: 2)
    defer { world.fake.stop() }
    let first = try world.client.create(["/a", "/b"], reference: "r")
    let again = try world.client.create(["/b", "/a"], reference: "r")
    #expect(again?.status == 201)
    #expect(again?.text(of: "Id") == first?.text(of: "Id"))
    #expect(world.fake.invalidations(of: "E1").count == 1)
    let other = try world.client.create(["/a", "/b"], reference: "r", on: "E2")
    #expect(other?.text(of: "Id") != first?.text(of: "Id"))
  }

  @Test("Refuses a repeated reference the way it happens in the wild")
  func refusedReference() throws {
    let world = try CloudFrontWorld { $0.repeatedReference = .isRefused }
    defer { world.fake.stop() }
    #expect(try world.client.create(["/a"], reference: "r")?.status == 201)
    let again = try world.client.create(["/a"], reference: "r")
    #expect(again?.status == 400)
    #expect(again?.text(of: "Code") == "InvalidArgument")
    #expect(again?.text(of: "Message")?.contains("a caller reference that was used") == true)
  }

  @Test("Refuses a reference with other paths")
  func referenceWithOtherPaths() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    #expect(try world.client.create(["/a"], reference: "r")?.status == 201)
    let other = try world.client.create(["/b"], reference: "r")
    #expect(other?.status == 400)
    #expect(other?.text(of: "Code") == "InvalidationBatchAlreadyExists")
  }

  @Test("Counts paths and wildcards in progress apart, for each distribution")
  func quotas() throws {
    let world = try CloudFrontWorld(distributions: 2)
    defer { world.fake.stop() }
    let many = (0..<3_000).map { "/\($0)" }
    #expect(try world.client.create(many, reference: "paths")?.status == 201)
    let more = try world.client.create(["/one-more"], reference: "more")
    #expect(more?.status == 400)
    #expect(more?.text(of: "Code") == "TooManyInvalidationsInProgress")
    let wildcards = (0..<15).map { "/\($0)*" }
    #expect(try world.client.create(wildcards, reference: "wild")?.status == 201)
    #expect(
      try world.client.create(["/*"], reference: "wilder")?.text(of: "Code")
        == "TooManyInvalidationsInProgress")
    #expect(try world.client.create(["/*"], reference: "wilder", on: "E2")?.status == 201)
    #expect(
      try world.client.create(many + ["/x"], reference: "large", on: "E2")?.text(of: "Code")
        == "TooManyInvalidationsInProgress")
    world.pass(20_000)
    #expect(try world.client.create(["/*", "/x"], reference: "wilder")?.status == 201)
  }

  @Test("Calls a batch too large when told to")
  func batchTooLarge() throws {
    let world = try CloudFrontWorld { $0.largestBatch = 2 }
    defer { world.fake.stop() }
    let answer = try world.client.create(["/a", "/b", "/c"], reference: "r")
    #expect(answer?.status == 413)
    #expect(answer?.text(of: "Code") == "BatchTooLarge")
    #expect(try world.client.create(["/a", "/b"], reference: "r")?.status == 201)
  }

  @Test("Throttles creates by a token bucket on its own clock")
  func createRate() throws {
    let world = try CloudFrontWorld { $0.createRate = .init(perSecond: 0.5, burst: 2) }
    defer { world.fake.stop() }
    func statuses(_ count: Int) throws -> [Int?] {
      try (0..<count).map { _ in try world.client.create(["/a"], reference: "r")?.status }
    }
    #expect(try statuses(3) == [201, 201, 400])
    world.pass(1_999)
    #expect(try statuses(1) == [400])
    world.pass(1)
    #expect(try statuses(2) == [201, 400])
    world.pass(3_600_000)
    #expect(try statuses(3) == [201, 201, 400])
    #expect(world.fake.calls.last?.errorCode == "Throttling")
  }

  @Test("Forgets calls and completed invalidations, not those in progress")
  func forgetsHistory() throws {
    let world = try CloudFrontWorld()
    defer { world.fake.stop() }
    #expect(try world.client.create(["/a"], reference: "old")?.status == 201)
    world.pass(20_000)
    #expect(try world.client.create(["/b"], reference: "new")?.status == 201)
    let kept = world.fake.invalidations.last
    world.fake.forgetHistory()
    #expect(world.fake.calls.isEmpty)
    #expect(world.fake.invalidations == [kept].compactMap { $0 })
    #expect(try world.client.create(["/c"], reference: "old")?.status == 201)
    #expect(Set(world.fake.invalidations.map(\.id)).count == 2)
  }
}
