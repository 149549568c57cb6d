import CloudFrontAPI
import Failures
import InvalidationPlanning
import Testing

@testable import InvalidationSending

@Suite("The sender of a batch")
struct BatchSenderTests {
  private func paths(_ numbers: some Sequence<Int>) -> Set<String> {
    Set(numbers.map { "/p\($0)" })
  }

  @Test(
    "gets all paths out but the bad ones",
    arguments: [[0], [7], [15], [0, 15], [3, 4, 5], [1, 6, 11, 14], Array(0..<16)])
  func bisects(bad: [Int]) throws {
    let cloudFront = ScriptedCloudFront()
    let refused = paths(bad)
    cloudFront.refusal = { paths in
      paths.contains(where: refused.contains) ? ScriptedCloudFront.invalidPath : nil
    }
    let parts = try cloudFront.sendBatch(of: 16)
    #expect(parts.refused == refused)
    #expect(parts.accepted == paths(0..<16).subtracting(refused))
    #expect(cloudFront.requests.count <= BatchSender.maxRequests)
  }

  @Test("finds one bad path among 3,000 in at most 25 requests")
  func cost() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { $0.contains("/p1234") ? ScriptedCloudFront.invalidPath : nil }
    let parts = try cloudFront.sendBatch(of: 3_000)
    #expect(parts.refused == ["/p1234"])
    #expect(parts.accepted.count == 2_999)
    #expect(cloudFront.requests.count <= 25)
  }

  @Test(
    "never sends more than 64 requests and gives back what was not accepted, each path in one part")
  func budget() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { _ in ScriptedCloudFront.invalidPath }
    let parts = try cloudFront.sendBatch(of: 3_000)
    // One, and two for each halving.
    #expect(cloudFront.requests.count == 63)
    #expect(parts.refused.count == 3_000 && parts.accepted.isEmpty)
    #expect(parts.reduce(0) { $0 + $1.paths.count } == 3_000)
  }

  @Test("tries the other spelling of a refused path once, and only of that path")
  func respells() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { paths in
      paths.contains("/it's") || paths.contains { $0.hasPrefix("/b") }
        ? ScriptedCloudFront.invalidPath : nil
    }
    let parts = try cloudFront.sendBatch(keys: ["it's", "bad's", "good's", "plain"])
    #expect(parts.accepted == ["/it%27s", "/good's", "/plain"])
    #expect(parts.refused == ["/bad%27s"])
    #expect(cloudFront.requests.count { $0.contains("/it%27s") } == 1)
    #expect(cloudFront.requests.count { $0.contains("/bad%27s") } == 1)
    #expect(Set(parts.map(\.callerReference)).count == parts.count)
  }

  @Test("a batch that is its one path has another caller reference in its other spelling")
  func respellsAlone() throws {
    let cloudFront = ScriptedCloudFront()
    let usual = try cloudFront.sendBatch(keys: ["a'b"])
    cloudFront.refusal = { $0 == ["/a'b"] ? ScriptedCloudFront.invalidPath : nil }
    let other = try cloudFront.sendBatch(keys: ["a'b"])
    #expect(usual.accepted == ["/a'b"] && other.accepted == ["/a%27b"])
    #expect(usual.map(\.callerReference) != other.map(\.callerReference))
  }

  @Test("halves a batch that is too large, as often as it has to")
  func halves() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { $0.count > 100 ? ScriptedCloudFront.tooLarge : nil }
    let parts = try cloudFront.sendBatch(of: 800)
    #expect(parts.accepted.count == 800 && parts.refused.isEmpty)
    #expect(
      cloudFront.requests.map(\.count).sorted() == [
        100, 100, 100, 100, 100, 100, 100, 100, 200, 200, 200, 200, 400, 400, 800,
      ])
    #expect(Set(parts.map(\.callerReference)).count == 8)
  }

  @Test("gives a part the same caller reference whenever it is sent again")
  func references() throws {
    let runs = try (0..<2).map { _ in
      let cloudFront = ScriptedCloudFront()
      cloudFront.refusal = { $0.count > 4 ? ScriptedCloudFront.tooLarge : nil }
      return try cloudFront.sendBatch(of: 16).map(\.callerReference)
    }
    #expect(runs[0] == runs[1] && runs[0].count == 4)
  }

  @Test("does not halve a single path, nor a batch that is refused for another reason")
  func wholeRefusals() throws {
    let single = ScriptedCloudFront()
    single.refusal = { _ in ScriptedCloudFront.tooLarge }
    #expect(try single.sendBatch(of: 1).refused == ["/p0"])
    let denied = ScriptedCloudFront()
    denied.refusal = { _ in (403, "AccessDenied", "No.") }
    #expect(try denied.sendBatch(of: 9).refused.count == 9)
    #expect(single.requests.count == 1 && denied.requests.count == 1)
  }

  @Test("waits for a full quota, and goes on when there is room")
  func waits() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { [cloudFront] _ in
      cloudFront.clock.now < .seconds(20) ? ScriptedCloudFront.tooMany : nil
    }
    // The closure holds its owner.
    defer { cloudFront.refusal = { _ in nil } }
    #expect(try cloudFront.sendBatch(of: 2).accepted == ["/p0", "/p1"])
    #expect(cloudFront.clock.sleeps == [.seconds(12.5), .seconds(12.5)])
  }

  @Test("one wildcard that waits does not hold back the plain paths of its distribution")
  func splitsWildcards() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { [cloudFront] paths in
      let hasWildcard = paths.contains { $0.hasSuffix("*") }
      return hasWildcard && cloudFront.clock.now < .seconds(20) ? ScriptedCloudFront.tooMany : nil
    }
    // The closure holds its owner.
    defer { cloudFront.refusal = { _ in nil } }
    let parts = try cloudFront.sendBatch(keys: ["news.html", "up/*x", "index"])
    #expect(parts.accepted == ["/news.html", "/up/*", "/index"])
    #expect(
      cloudFront.requests == [
        ["/index", "/news.html", "/up/*"], ["/index", "/news.html"], ["/up/*"], ["/up/*"],
      ])
    #expect(cloudFront.clock.sleeps == [.seconds(12.5), .seconds(12.5)])
  }

  @Test(
    "plain paths go out although the wildcards' quota stays full or there is no time to wait",
    arguments: [120.0, 5.0])
  func plainPathsGoOut(seconds: Double) throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { paths in
      paths.contains { $0.hasSuffix("*") } ? ScriptedCloudFront.tooMany : nil
    }
    let parts = try cloudFront.sendBatch(
      keys: ["news.html", "up/*x", "index"], deadline: .seconds(seconds))
    #expect(parts.accepted == ["/news.html", "/index"])
    #expect(parts.refused == ["/up/*"])
  }

  @Test("waits at most twice, however many parts a batch has")
  func waitsTogether() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = {
      $0.count > 1 ? ScriptedCloudFront.tooLarge : ScriptedCloudFront.tooMany
    }
    #expect(try cloudFront.sendBatch(of: 4).refused.count == 4)
    #expect(cloudFront.clock.sleeps.count == 2)
  }

  @Test(
    "does not wait past the deadline",
    arguments: [(12.0, 0), (13.0, 1), (25.0, 1), (26.0, 2)])
  func deadline(seconds: Double, waits: Int) throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { _ in ScriptedCloudFront.tooMany }
    let parts = try cloudFront.sendBatch(of: 1, deadline: .seconds(seconds))
    #expect(parts.refused == ["/p0"])
    #expect(cloudFront.clock.sleeps.count == waits)
    #expect(cloudFront.clock.now < .seconds(seconds))
  }

  @Test("sends nothing more once the end is asked for, and gives the rest back")
  func shutdown() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { [cloudFront] paths in
      if paths.count == 4 { cloudFront.isEndRequested = { true } }
      return paths.count > 4 ? ScriptedCloudFront.tooLarge : nil
    }
    // The closure holds its owner.
    defer { cloudFront.refusal = { _ in nil } }
    let parts = try cloudFront.sendBatch(of: 16)
    #expect(parts.accepted.count == 4 && parts.refused.count == 12)
    #expect(cloudFront.requests.map(\.count) == [16, 8, 8, 4])
  }

  @Test("gives every distribution its first try before any has a second, and waits for all at once")
  func fairness() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { [cloudFront] paths in
      if paths.count > 2 { return ScriptedCloudFront.tooLarge }
      return cloudFront.clock.now < .seconds(10) ? ScriptedCloudFront.tooMany : nil
    }
    // The closure holds its owner.
    defer { cloudFront.refusal = { _ in nil } }
    let parts = try cloudFront.sendBatches(of: [4, 1, 3])
    #expect(parts.map(\.accepted.count) == [4, 1, 3] && parts.allSatisfy(\.refused.isEmpty))
    #expect(cloudFront.requests.prefix(3).map(\.count) == [4, 1, 3])
    #expect(cloudFront.clock.sleeps == [.seconds(12.5)])
  }

  @Test("tries the others before it tries again what was not answered, and while it waits for that")
  func fairnessOfRetries() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.refusal = { paths in paths.count == 1 ? ScriptedCloudFront.unavailable : nil }
    let parts = try cloudFront.sendBatches(of: [4, 1, 3])
    #expect(parts.map(\.accepted.count) == [4, 0, 3])
    #expect(cloudFront.requests.map(\.count) == [4, 1, 3] + Array(repeating: 1, count: 7))
    #expect(Set(cloudFront.requests.filter { $0.count == 1 }).count == 1)
  }

  @Test("a distribution that does not answer leaves time for the others", arguments: [10, 27, 60])
  func fairnessOfSilence(seconds: Int) throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.isSilent = { $0.count == 1 }
    let deadline = cloudFront.clock.now + .seconds(seconds)
    let parts = try cloudFront.sendBatches(of: [4, 1, 3], deadline: deadline)
    #expect(parts.map(\.accepted.count) == [4, 0, 3])
    #expect(cloudFront.clock.now <= deadline)
  }

  // MARK: - Pace

  @Test("a request whose turn comes after the deadline waits for it, and no plan more is made")
  func rateReached() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = SendingPace(createRate: 0.25, shares: 1, now: cloudFront.clock.now)
    let parts = try cloudFront.sendBatches(
      of: Array(repeating: 1, count: 20), deadline: cloudFront.clock.now + .seconds(27))
    // The burst of 5, and one in four seconds.
    #expect(cloudFront.requests.count == 11)
    #expect(cloudFront.unsent.count == 8 && cloudFront.latecomers == 1)
    let late = parts.flatMap { $0 }.filter { $0.retryAfter != nil }
    // More follow, so it waits for a burst.
    #expect(late.map(\.retryAfter) == [.seconds(20)])
    #expect(late.first?.errorType == "Function.RateReached")
  }

  @Test("a plan of more than one request holds goes out in several, after the others' first")
  func severalRequests() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.limits = CoalescingOptions(threshold: 0, maxPaths: 3)
    let parts = try cloudFront.sendBatches(of: [7, 2])
    #expect(cloudFront.requests.map(\.count) == [3, 2, 3, 1])
    #expect(parts.map(\.accepted.count) == [7, 2])
    #expect(Set(parts[0].map(\.callerReference)).count == 3)
  }

  @Test("plain paths don't wait for the tokens of the wildcards beside them")
  func wildcardTokens() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.limits = CoalescingOptions(threshold: 0, maxWildcards: 15)
    cloudFront.pace = SendingPace(createRate: 0.5, shares: 1, now: cloudFront.clock.now)
    let stars = (0..<15).map { "\(Character(UnicodeScalar(97 + $0)!))/*x" }
    #expect(try cloudFront.sendBatch(keys: stars).accepted.count == 15)
    let parts = try cloudFront.sendBatch(keys: ["z/*x", "y/*x", "index"])
    #expect(parts.accepted.count == 3)
    #expect(cloudFront.requests.dropFirst() == [["/index"], ["/y/*", "/z/*"]])
    #expect(cloudFront.clock.sleeps.reduce(.zero, +) == .seconds(2))
  }

  @Test("a request that lacks tokens of paths lets wildcards pass, but no other paths")
  func pathTokens() throws {
    let cloudFront = ScriptedCloudFront()
    cloudFront.pace = SendingPace(createRate: 0.5, shares: 1, now: cloudFront.clock.now)
    let start = cloudFront.clock.now
    let parts = try cloudFront.sendBatches(of: [2_900, 250, 1])
    #expect(parts.map(\.accepted.count) == [2_900, 250, 1])
    #expect(cloudFront.requests.map(\.count) == [2_900, 250, 1])
    #expect(cloudFront.clock.now - start >= .seconds(1))
  }
}

extension BatchSender.Part {
  fileprivate var errorType: String? {
    if case .failure(let error) = result { error.errorType.name } else { nil }
  }
}
