import AWSClient
import HTTPTransport
import Testing

@Suite struct AWSRequestTests {
  @Test("joins segments to a path in which each stays one segment")
  func path() {
    #expect(
      AWSRequest.path("2020-05-31", "distribution", "E1/../é?", "config")
        == "/2020-05-31/distribution/E1%2F..%2F%C3%A9%3F/config")
  }

  @Test("an encoded path is encoded once more for the signature, and sent as it is")
  func sentAsItIs() throws {
    let world = VirtualWorld()
    let request = AWSRequest(.get, path: AWSRequest.path("a/b"))
    _ = try world.client().outcome(request).get()
    #expect(world.requests.map(\.url) == ["https://cloudfront.amazonaws.com/a%2Fb"])
  }
}
