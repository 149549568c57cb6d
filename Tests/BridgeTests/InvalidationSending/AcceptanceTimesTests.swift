import CloudFrontModel
import Testing

@testable import InvalidationSending

@Suite("When paths were accepted last")
struct AcceptanceTimesTests {
  private func path(_ text: String) throws -> InvalidationPath {
    try InvalidationPath(requested: Array(text.utf8))
  }

  private let skew = AcceptanceTimes.skew

  @Test(
    "a path covers itself and a wildcard what begins like it",
    arguments: [
      ("/a", "/a", true), ("/a", "/ab", false), ("/a", "/a*", false), ("/a*", "/a", true),
      ("/a*", "/ab/c", true), ("/a*", "/ab*", true), ("/a*", "/a*", true), ("/ab*", "/a*", false),
      ("/n/*", "/n/", true), ("/n/*", "/n", false), ("/*", "/", true), ("/*", "/x/y*", true),
      ("/a/*", "/b/a", false),
    ])
  func covering(accepted: String, asked: String, isCovered: Bool) throws {
    var times = AcceptanceTimes()
    let asked = try path(asked)
    func covers(_ sentAt: Int64, on id: DistributionID = "E1") -> Bool {
      times.covers(asked, sentAt: sentAt, on: id)
    }
    times.insert([try path(accepted)], on: "E1", at: 1_000_000)
    #expect(covers(1_000_000 - skew - 1) == isCovered)
    #expect(!covers(1_000_000 - skew))
    #expect(!covers(0, on: "E2"))
    #expect(!covers(.max))
    // Sorted in or not, it is forgotten with its distribution.
    times.insert([try path(accepted)], on: "E1", at: 1_000_001)
    times.forget("E1")
    #expect(!covers(0))
  }

  @Test("an older answer that comes later takes nothing back")
  func order() throws {
    var times = AcceptanceTimes()
    for time: Int64 in [1_000_000, 500_000] {
      times.insert([try path("/a"), try path("/n/*")], on: "E1", at: time)
    }
    for text in ["/a", "/n/x"] {
      let isCovered = times.covers(try path(text), sentAt: 900_000, on: "E1")
      #expect(isCovered)
    }
  }

  @Test("of many paths the older half is forgotten, and no path costs time without end")
  func bounds() throws {
    var times = AcceptanceTimes()
    for number in 0..<60_000 {
      times.insert([try path("/k\(number)")], on: DistributionID("E\(number % 3)"), at: 1_000_000)
    }
    let known = try (0..<60_000).filter {
      times.covers(try path("/k\($0)"), sentAt: 0, on: DistributionID("E\($0 % 3)"))
    }
    #expect((AcceptanceTimes.maxCount...2 * AcceptanceTimes.maxCount + 2).contains(known.count))
    #expect(known.last == 59_999 && known.count == 60_000 - known[0])
    let long = String(repeating: "k", count: 3_900)
    for number in 0..<2_000 {
      times.insert([try path("/\(long)\(number)")], on: "E1", at: 1_000_000)
    }
    let first = times.covers(try path("/k59998"), sentAt: 0, on: "E2")
    let last = times.covers(try path("/\(long)1999"), sentAt: 0, on: "E1")
    #expect(!first && last)
  }
}
