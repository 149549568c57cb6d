import SigV4
import Testing

@Suite struct CanonicalRequestTests {
  @Test(
    "normalizes a path and encodes it once more",
    arguments: [
      ("", "/"), ("/", "/"), ("//", "/"), ("/./", "/"), ("/a/b", "/a/b"), ("/a//b/", "/a/b/"),
      ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/a/b/../..", "/"), ("/../../a", "/a"),
      ("/a/b/..", "/a"), ("/...", "/..."),
      ("/distribution/E%2F1", "/distribution/E%252F1"), ("/a b", "/a%20b"), ("/é", "/%C3%A9"),
    ])
  func normalized(path: String, canonical: String) throws {
    let text = CanonicalRequest(SigningRequest(method: "GET", host: "h", path: path)).text
    #expect(text.split(separator: "\n")[1] == canonical)
  }

  @Test(
    "leaves a path's segments when told so",
    arguments: [("", "/"), ("/a/../b", "/a/../b"), ("//a//", "//a//"), ("/a%20b", "/a%2520b")])
  func unnormalized(path: String, canonical: String) throws {
    let request = SigningRequest(method: "GET", host: "h", path: path)
    let text = CanonicalRequest(request, normalizingPath: false).text
    #expect(text.split(separator: "\n")[1] == canonical)
  }

  @Test("sorts the query by encoded name, then by encoded value")
  func query() {
    let items: [(name: String, value: String)] = [
      ("b", "2"), ("a", "z"), ("a", "A/="), ("é", ""), ("A", "~"), ("a-b", "1"),
    ]
    #expect(
      SigningRequest(method: "GET", host: "h", path: "/", query: items).encodedQuery
        == "%C3%A9=&A=~&a=A%2F%3D&a=z&a-b=1&b=2")
  }

  @Test("joins duplicate fields in their order, folds white space and sorts by lower-case name")
  func headers() {
    let request = SigningRequest(
      method: "GET", host: "h", path: "/",
      headers: [
        ("X-B", " two\r\n\tlines  here "), ("x-a", "2"), ("X-A", "1"), ("x-empty", ""),
      ])
    let canonical = CanonicalRequest(request)
    #expect(canonical.signedHeaders == "host;x-a;x-b;x-empty")
    #expect(canonical.text.contains("\nhost:h\nx-a:2,1\nx-b:two lines here\nx-empty:\n\nhost;"))
  }
}
