import Testing

@testable import LocalCloud

@Suite struct PathGrammarTests {
  @Test(
    "Takes paths that CloudFront takes",
    arguments: [
      "/", "/*", "/a.jpg", "/a%20b", "/caf%C3%A9", "/caf%c3%a9", "/a!$&'()+,;=:@-_.b", "/dir/*",
      "/dir*", "//", "/a?x=1&y=2", "/%7E", "/%2A", "/" + String(repeating: "a", count: 3_999),
    ])
  func accepts(path: String) {
    #expect(PathGrammar.accepts(path))
  }

  @Test(
    "Refuses paths that CloudFront refuses",
    arguments: [
      "", "a", "*", "#tag", "/a b", "/\u{e9}", "/e\u{301}", "/~", "/a*b", "/**", "/*/", "/%", "/%4",
      "/%zz", "/a%2", "/<", "/>", "/\"", "/#", "/{", "/}", "/|", "/\\", "/^", "/[", "/]", "/`",
      "/\t", "/\u{7f}", "/" + String(repeating: "a", count: 4_000),
    ])
  func refuses(path: String) {
    #expect(!PathGrammar.accepts(path))
  }

  @Test(
    "Takes cache tags of visible ASCII without comma and star",
    arguments: [
      ("#a", true), ("#blog:2026~x", true), ("#" + String(repeating: "a", count: 256), true),
      ("#" + String(repeating: "a", count: 257), false), ("#", false), ("#a,b", false),
      ("#a*", false), ("#a b", false), ("#é", false), ("/a", false),
    ])
  func tags(item: String, isAccepted: Bool) {
    #expect(PathGrammar.acceptsTag(item) == isAccepted)
  }
}
