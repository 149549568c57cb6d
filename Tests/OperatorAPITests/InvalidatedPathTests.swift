import CloudFrontModel
import OperatorAPI
import Testing

@Suite("What an accepted invalidation covers")
struct InvalidatedPathTests {
  @Test(
    "a path covers itself alone, a wildcard whatever begins like it",
    arguments: [
      ("/a.html", "/a.html", true), ("/a.html", "/a.html?x=1", false),
      ("/a.html", "/A.html", false),
      ("/a", "/a/", false), ("/*", "/a/b.html", true), ("/a/*", "/a/", true),
      ("/a/*", "/a", false), ("/a*", "/a.html?x=1", true), ("/b/*", "/a/b/c", false),
      ("/a/*", "/a/*", true), ("/a/b*", "/a/*", false), ("/*", "/*", true),
    ])
  func covers(item: String, path: String, expected: Bool) throws {
    let asked = try InvalidationPath(requested: Array(path.utf8))
    #expect(InvalidatedPath(bytes: Array(item.utf8)).covers(asked) == expected)
  }

  @Test("escapes in lower case name the same bytes, in wildcards too")
  func escapes() throws {
    let asked = try InvalidationPath(requested: Array("/caf%C3%A9/x".utf8))
    #expect(InvalidatedPath(bytes: Array("/caf%c3%a9/x".utf8)).covers(asked))
    #expect(InvalidatedPath(bytes: Array("/caf%c3%a9/*".utf8)).covers(asked))
    #expect(!InvalidatedPath(bytes: Array("/cafe%cc%81/*".utf8)).covers(asked))
  }

  @Test("a percent sign at the end, or a tag, is no mistake of ours")
  func odd() throws {
    let asked = try InvalidationPath(requested: Array("/a".utf8))
    for text in ["/a%", "/a%c", "#tag", "", "*"] {
      let covers = InvalidatedPath(bytes: Array(text.utf8)).covers(asked)
      #expect(covers == (text == "*"))
    }
  }
}
