import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct OtherSpellingTests {
  @Test(
    "One kind of characters has its other spelling, in the order of the documented table",
    arguments: [
      ("/it's", "/it%27s"), ("/a!$&'(),;=:@b", "/a%21%24%26%27%28%29%2C%3B%3D%3A%40b"),
      ("/a%2Bb", "/a+b"), ("/a+b", "/a%2Bb"), ("/%7Eme", "/~me"),
      ("/caf%C3%A9", "/caf%c3%a9"),
      // The first kind alone.
      ("/it's%2B%7E%C3%A9", "/it%27s%2B%7E%C3%A9"), ("/%7E%2B%C3", "/%7E+%C3"),
      ("/%7E%C3", "/~%C3"),
      // A wildcard stays one, and a query string stays as it is.
      ("/it's/*", "/it%27s/*"), ("/a=b/?c=d*", "/a%3Db/?c=d*"),
    ])
  func respells(path: String, other: String) {
    #expect(InvalidationPath(encoded: Array(path.utf8)).otherSpelling?.description == other)
  }

  @Test(
    "Where viewers have no choice there is no other spelling",
    arguments: ["/", "/*", "/a-b_c.d/e", "/a%20b", "/a%23%3F%25%22", "/a%00", "/a?b=c&d=e"])
  func keeps(path: String) {
    #expect(InvalidationPath(encoded: Array(path.utf8)).otherSpelling == nil)
  }

  @Test("A path that would be too long in its other spelling has none")
  func keepsLongPaths() {
    let long = "/" + String(repeating: "'", count: 1_500)
    #expect(InvalidationPath(encoded: Array(long.utf8)).otherSpelling == nil)
  }

  @Test("A planned path is respelled once, and never where a worker chose the spelling")
  func respellsOnce() {
    let path = InvalidationPath(encoded: Array("/it's".utf8))
    func planned(_ rule: PathRule) -> PlannedPath {
      PlannedPath(path: path, reasons: [PlannedPath.Reason(item: 0, path: path, rule: rule)])
    }
    let respelled = planned(.key).respelled
    #expect(respelled?.path.description == "/it%27s")
    #expect(respelled?.refusedSpelling == path)
    #expect(respelled != nil && respelled?.respelled == nil)
    #expect(planned(.requested).respelled == nil)
  }
}
