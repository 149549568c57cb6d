import HTTPTransport
import Testing

@Suite("HTTPHeaders")
struct HTTPHeadersTests {
  @Test("names are found in any case and the last value wins")
  func lookup() {
    var headers: HTTPHeaders = ["Trace-Id": "1"]
    headers.add("TRACE-ID", "2")
    #expect(headers["trace-id"] == "2")
    #expect(headers["trace"] == nil)
    #expect(headers.fields.count == 2)
  }

  @Test("lists compare names without case and values with it")
  func equality() {
    #expect(HTTPHeaders(dictionaryLiteral: ("A", "x")) == ["a": "x"])
    #expect(HTTPHeaders(dictionaryLiteral: ("A", "x")) != ["a": "X"])
    #expect(HTTPHeaders(dictionaryLiteral: ("A", "x"), ("B", "y")) != ["a": "x"])
  }
}
