import CloudFrontModel
import InvalidationPlanning
import LocalCloud
import S3Events
import Testing

@testable import InvalidationSending

@Suite("The memory of accepted paths")
struct AcceptedPathsTests {
  private func identity(_ key: String, occurrence: [String?] = ["2026-11-20"]) -> ChangeIdentity {
    ObjectChange(
      bucket: "b", region: "", key: ObjectKey(raw: Array(key.utf8)),
      eventName: "ObjectCreated:Put", occurrence: occurrence
    ).identity
  }

  private func path(_ text: String) throws -> InvalidationItem {
    .path(try InvalidationPath(requested: Array(text.utf8)))
  }

  @Test("knows a path for the change and the distribution it was accepted for, and for no other")
  func exact() throws {
    var paths = AcceptedPaths()
    let page = try path("/a")
    paths.insert(page, for: identity("a"), on: "E1")
    #expect(paths.contains(page, for: identity("a"), on: "E1"))
    #expect(!paths.contains(page, for: identity("a"), on: "E2"))
    #expect(!paths.contains(page, for: identity("b"), on: "E1"))
    #expect(!paths.contains(try path("/"), for: identity("a"), on: "E1"))
    paths.forget("E1")
    #expect(!paths.contains(page, for: identity("a"), on: "E1"))
    #expect(paths.count == 0 && paths.bytes == 0)
  }

  @Test("what a later invalidation covers counts as accepted, whenever it is sent again")
  func covered() throws {
    var paths = AcceptedPaths()
    let page = try InvalidationPath(requested: Array("/a".utf8))
    func covers(_ sentAt: Int64) -> Bool {
      paths.covers(page, of: identity("a"), sentAt: sentAt, on: "E1")
    }
    #expect(!covers(0))
    paths.note([try InvalidationPath(requested: Array("/*".utf8))], on: "E1", at: 1_000_000)
    #expect(!covers(999_999))
    #expect(!paths.contains(.path(page), for: identity("a"), on: "E1"))
    #expect(covers(0))
    #expect(paths.contains(.path(page), for: identity("a"), on: "E1"))
    #expect(!paths.contains(.path(page), for: identity("b"), on: "E1"))
  }

  @Test("forgets the oldest first when there are too many")
  func count() throws {
    var paths = AcceptedPaths(maxCount: 3, maxBytes: 1 << 20)
    let page = try path("/a")
    for number in 0..<20 { paths.insert(page, for: identity("k\(number)"), on: "E1") }
    let known = (0..<20).filter { paths.contains(page, for: identity("k\($0)"), on: "E1") }
    #expect(known == [17, 18, 19] && paths.count == 3)
  }

  @Test("takes no more bytes than it may, however long the keys and many the distributions")
  func bytes() throws {
    var paths = AcceptedPaths()
    let long = String(repeating: "k", count: 1_024)
    let page = try path("/\(long)")
    for number in 0..<10_000 {
      paths.insert(page, for: identity("\(long)\(number)"), on: DistributionID("E\(number % 7)"))
    }
    #expect(paths.bytes <= 8 << 20)
    #expect(paths.contains(page, for: identity("\(long)9999"), on: DistributionID("E\(9_999 % 7)")))
    #expect(!paths.contains(page, for: identity("\(long)0"), on: "E0"))
  }

  @Test(
    "never remembers a change that nothing tells from the next one of its object",
    arguments: [[String?](), [nil, nil], ["", nil]])
  func indistinct(occurrence: [String?]) throws {
    var paths = AcceptedPaths()
    paths.insert(try path("/a"), for: identity("a", occurrence: occurrence), on: "E1")
    #expect(paths.count == 0)
  }

  @Test("a duplicate that comes in another batch adds no path; what was refused is not remembered")
  func regrouped() throws {
    let world = try FaultWorld(["SQS_FAILURES": "report"])
    func message(_ key: String) -> (id: String, body: String) {
      (key, FaultEvent.notification(key: key, sequencer: "01"))
    }
    world.script(.denied, on: .create, times: 1)
    _ = world.handle(FaultEvent.queue([message("a"), message("b")]))
    _ = world.handle(FaultEvent.queue([message("a"), message("c")]))
    _ = world.handle(FaultEvent.queue([message("a"), message("b"), message("c")]))
    #expect(world.fake.invalidations.map(\.paths) == [["/a", "/c"], ["/b"]])
  }

  @Test("a change that was covered in part comes again with the rest alone")
  func inPart() throws {
    let request = request(paths: ["/a", "/b", "/c", "/d"])
    let world = try FaultWorld(["SQS_FAILURES": "report", "MAX_PATHS": "3", "MAX_WILDCARDS": "0"]) {
      $0.pathsInProgress = 3
    }
    // There is no time to wait for the quota.
    #expect(world.handle(request, timeLeft: .seconds(6)).text?.contains("m1") == true)
    world.fake.configure { $0.pathsInProgress = 3_000 }
    #expect(world.handle(request).text == #"{"batchItemFailures":[]}"#)
    #expect(world.handle(request).text == #"{"batchItemFailures":[]}"#)
    #expect(world.fake.invalidations.map(\.paths) == [["/a", "/b", "/c"], ["/d"]])
  }

  @Test("what a wildcard stood for is remembered, whoever asked for it")
  func wildcards() throws {
    let world = try FaultWorld(["WILDCARD_THRESHOLD": "2"])
    func changes(_ keys: String...) -> [UInt8] {
      FaultEvent.queue(keys.map { ($0, FaultEvent.notification(key: $0, sequencer: "01")) })
    }
    _ = world.handle(changes("d/a", "d/b"))
    _ = world.handle(changes("d/b", "d/c"))
    _ = world.handle(changes("d/a", "d/b", "d/c"))
    #expect(world.fake.invalidations.map(\.paths) == [["/d/*"], ["/d/c"]])
  }

  /// A queue's batch of one worker's request.
  private func request(paths: [String]) -> [UInt8] {
    let list = paths.map { #""\#($0)""# }.joined(separator: ",")
    return FaultEvent.queue([
      (
        "m1",
        #"{"invalidationRequest":{"target":"\#(FaultWorld.distribution)","paths":[\#(list)],"#
          + #""id":"7"}}"#
      )
    ])
  }
}
