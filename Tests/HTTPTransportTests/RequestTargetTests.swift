import Testing

@testable import HTTPTransport

@Suite("RequestTarget")
struct RequestTargetTests {
  @Test(
    "hosts on this machine and on the link are local, whatever they are written like",
    arguments: [
      "http://127.0.0.1:9001/x", "http://127.8.9.1/", "http://LOCALHOST/", "http://a.localhost/",
      "http://[::1]:80/", "http://169.254.169.254/latest", "http://169.254.170.2/v2",
      "http://[fd00:ec2::254]/", "http://user@127.0.0.1/", "http://127.1/",
    ])
  func local(url: String) throws {
    #expect(try RequestTarget(url: url).isLocal)
  }

  @Test(
    "hosts that merely look like it are not",
    arguments: [
      "https://cloudfront.amazonaws.com/2020-05-31", "http://127.0.0.1.example.com/",
      "http://169.253.1.1/", "http://127.0.0.1@example.com/", "http://localhost.example.com/",
      "http://1.127.0.0/", "http://10.0.0.1/",
    ])
  func elsewhere(url: String) throws {
    #expect(try !RequestTarget(url: url).isLocal)
  }
}
