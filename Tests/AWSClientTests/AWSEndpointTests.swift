import AWSClient
import Testing

@Suite struct AWSEndpointTests {
  @Test(
    "takes a URL apart",
    arguments: [
      ("https://example.com", "https://example.com", "example.com"),
      ("HTTPS://Example.COM/", "https://example.com", "example.com"),
      ("http://localhost:5000", "http://localhost:5000", "localhost:5000"),
      ("http://localhost:80///", "http://localhost", "localhost"),
      ("https://h:443/a/b/", "https://h/a/b", "h"),
      ("https://h:80", "https://h:80", "h:80"),
      ("http://h:65535/x", "http://h:65535/x", "h:65535"),
      ("http://127.0.0.1:9", "http://127.0.0.1:9", "127.0.0.1:9"),
      ("http://[::1]:8080/p/", "http://[::1]:8080/p", "[::1]:8080"),
      ("http://[::FFFF:1.2.3.4]", "http://[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]"),
      ("http://cloud_front.test", "http://cloud_front.test", "cloud_front.test"),
    ])
  func parts(url: String, kept: String, hostHeader: String) throws {
    let endpoint = try AWSEndpoint(url: url, signingRegion: "r", setting: "S")
    #expect(endpoint.url == kept)
    #expect(endpoint.description == kept)
    #expect(endpoint.hostHeader == hostHeader)
    #expect(endpoint.signingRegion == "r")
  }

  @Test(
    "refuses what requests can't be sent to",
    arguments: [
      "", "localhost:5000", "ftp://h", "https:/h", "https//h", "https://", "https:///p",
      "https://:80", "https://h:", "https://h:0", "https://h:65536", "https://h:80a",
      "https://h:+80", "https://h:8:0", "https://u:p@h", "https://h?q", "https://h/#f",
      "https://h h", "https://h/\n", "https://hö", "https://[::1", "https://[]", "https://[g::]",
      "https://a]", "https://h%41", "file:///etc/passwd",
    ])
  func refused(url: String) {
    let error = #expect(throws: AWSClientError.self) {
      try AWSEndpoint(url: url, signingRegion: "r", setting: "AWS_ENDPOINT_URL")
    }
    #expect(error?.description.hasPrefix("AWS_ENDPOINT_URL") == true)
    #expect(error?.description.contains("u:p") == false)
  }
}
