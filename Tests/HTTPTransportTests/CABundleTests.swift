import HTTPTransport
import Testing

@Suite("CABundle")
struct CABundleTests {
  @Test(
    "the first of the variables that is set wins",
    arguments: [
      (["AWS_CA_BUNDLE": "/a", "CURL_CA_BUNDLE": "/b", "SSL_CERT_FILE": "/c"], "/a"),
      (["CURL_CA_BUNDLE": "/b", "SSL_CERT_FILE": "/c"], "/b"),
      (["AWS_CA_BUNDLE": "", "SSL_CERT_FILE": "/c"], "/c"),
      ([:], "/etc/pki/tls/certs/ca-bundle.crt"),
    ])
  func variables(environment: [String: String], expected: String) throws {
    let found = try CABundle.locate(environment: environment) { _ in true }
    #expect(found == expected)
  }

  @Test("without variables the places are tried in their order", arguments: CABundle.places)
  func places(only: String) throws {
    var tried: [String] = []
    let found = try CABundle.locate(environment: [:]) { path in
      tried.append(path)
      return path == only
    }
    #expect(found == only)
    #expect(tried == Array(CABundle.places.prefix(tried.count)))
  }

  @Test("no bundle anywhere is not an error yet")
  func nothing() throws {
    #expect(try CABundle.locate(environment: [:]) { _ in false } == nil)
  }

  @Test("a variable that names an unreadable file is an error, not another bundle")
  func unreadable() {
    let error = #expect(throws: TransportError.self) {
      try CABundle.locate(environment: ["CURL_CA_BUNDLE": "/gone.pem"]) { $0 != "/gone.pem" }
    }
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains("CURL_CA_BUNDLE") == true)
    #expect(error?.message.contains("/gone.pem") == true)
  }
}
