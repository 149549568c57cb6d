import CLibrary
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
    let found = try CABundle.locate(
      environment: environment, isReadable: { _ in true }, problem: { _ in nil })
    #expect(found == expected)
  }

  @Test("without variables the places are tried in their order", arguments: CABundle.places)
  func places(only: String) throws {
    var tried: [String] = []
    let found = try CABundle.locate(
      environment: [:],
      isReadable: { path in
        tried.append(path)
        return path == only
      })
    #expect(found == only)
    #expect(tried == Array(CABundle.places.prefix(tried.count)))
  }

  @Test("no bundle anywhere is not an error yet")
  func nothing() throws {
    #expect(try CABundle.locate(environment: [:], isReadable: { _ in false }) == nil)
  }

  @Test(
    "a variable that names no bundle is an error that says why, not another bundle",
    arguments: [
      (nil, "can't be read (No such file or directory)"),
      ("", "contains no certificate in PEM format"),
      ("junk", "contains no certificate in PEM format"),
      (
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        "contains no certificate in PEM format"
      ),
      (
        "-----BEGIN CERTIFICATE-----\n<html>\n-----END CERTIFICATE-----\n",
        "contains no certificate in PEM format"
      ),
      (
        "-----BEGIN CERTIFICATE-----\nMIIBcut",
        "contains no certificate in PEM format"
      ),
    ])
  func noBundle(content: String?, problem: String) throws {
    let path = try file(content)
    defer { remove(path) }
    let error = #expect(throws: TransportError.self) {
      try CABundle.locate(environment: ["CURL_CA_BUNDLE": path], isReadable: { _ in true })
    }
    #expect(error?.kind == .invalid)
    #expect(
      error?.message
        == "CURL_CA_BUNDLE names the certificate bundle \(path), which \(problem): "
        + "correct the path or unset CURL_CA_BUNDLE")
  }

  @Test("a directory is no bundle")
  func directory() {
    #expect(CABundle.problem("/") == "is a directory")
  }

  @Test("a certificate after other text is a bundle", arguments: ["\n", "\r\n"])
  func bundle(lineBreak: String) throws {
    let lines = [
      "# A comment", "-----BEGIN X509 CRL-----", "MIIC", "-----END X509 CRL-----",
      "-----BEGIN TRUSTED CERTIFICATE-----", "MIIB+/a9", "AAA=",
      "-----END TRUSTED CERTIFICATE-----",
    ]
    let path = try file(lines.joined(separator: lineBreak))
    defer { remove(path) }
    #expect(try CABundle.locate(environment: ["AWS_CA_BUNDLE": path]) == path)
  }

  /// Writes a file of its own; nil only makes up a name.
  private func file(_ content: String?) throws -> String {
    let path = "/tmp/ca-bundle-\(UInt64.random(in: 0...UInt64.max)).pem"
    guard let content else { return path }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(content.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
    return path
  }
}
