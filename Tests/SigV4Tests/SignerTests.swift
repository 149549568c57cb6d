import Foundation
import SigV4
import Testing

/// A vector of `cloudfront-vectors.json`, computed by another implementation.
struct SigningVector: Decodable, CustomTestStringConvertible {
  let name: String
  let method: String
  let url: URL
  let service: String
  let region: String
  let timestamp: String
  let access_key: String
  let secret_key: String
  let session_token: String?
  let headers: [String: String]
  let body: String
  let canonical_request: String
  let string_to_sign: String
  let authorization: String

  var testDescription: String { name }

  static func all() throws -> [SigningVector] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Vectors/cloudfront-vectors.json")
    return try JSONDecoder().decode([SigningVector].self, from: Data(contentsOf: file))
  }

  var credentials: Credentials {
    Credentials(accessKeyID: access_key, secretAccessKey: secret_key, sessionToken: session_token)
  }

  func request() throws -> SigningRequest {
    let host = try #require(url.host)
    return SigningRequest(
      method: method, host: url.port.map { "\(host):\($0)" } ?? host, path: url.path,
      query: SigningSuiteCase.query(Substring(url.query ?? "")),
      headers: headers.map { (name: $0.key, value: $0.value) }, body: Array(body.utf8))
  }
}

@Suite struct SignerTests {
  static let date = SigningDate(millisecondsSinceEpoch: 1_795_197_845_000)
  static let request = SigningRequest(method: "GET", host: "h", path: "/")
  static let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "s3cret")

  @Test("signs CloudFront's and DynamoDB's requests", arguments: try SigningVector.all())
  func vectors(vector: SigningVector) throws {
    #expect(Self.date.timestamp == vector.timestamp)
    var signer = Signer(region: vector.region, service: vector.service)
    let canonical = signer.canonicalRequest(
      try vector.request(), with: vector.credentials, at: Self.date)
    #expect(canonical.text == vector.canonical_request)
    #expect(signer.stringToSign(canonical, at: Self.date) == vector.string_to_sign)
    let signature = signer.sign(
      try vector.request(), with: vector.credentials, at: Self.date)
    #expect(signature.authorization == vector.authorization)
  }

  @Test("all eight vectors are there")
  func complete() throws {
    #expect(try SigningVector.all().count == 8)
  }

  @Test("a kept key gives what a fresh one gives, for another day or other keys too")
  func cache() {
    let tomorrow = SigningDate(millisecondsSinceEpoch: 1_795_197_845_000 + 86_400_000)
    let others = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "other")
    let uses = [
      (Self.keys, Self.date), (Self.keys, Self.date), (Self.keys, tomorrow), (others, tomorrow),
      (Self.keys, Self.date),
    ]
    var kept = Signer(region: "us-east-1", service: "cloudfront")
    var seen: Set<String> = []
    for (keys, date) in uses {
      var fresh = Signer(region: "us-east-1", service: "cloudfront")
      let signature = kept.sign(Self.request, with: keys, at: date)
      #expect(signature == fresh.sign(Self.request, with: keys, at: date))
      seen.insert(signature.authorization)
    }
    #expect(seen.count == 3)
  }

  @Test("the session token is among the fields to send, and signed")
  func token() {
    var signer = Signer(region: "us-east-1", service: "cloudfront")
    let keys = Credentials(accessKeyID: "A", secretAccessKey: "s", sessionToken: "t0ken")
    let signature = signer.sign(Self.request, with: keys, at: Self.date)
    #expect(
      signature.headers.map(\.name) == ["X-Amz-Date", "X-Amz-Security-Token", "Authorization"])
    #expect(signature.sessionToken == "t0ken")
    #expect(signature.authorization.contains("host;x-amz-date;x-amz-security-token,"))
  }

  @Test("S3's path is signed as it is sent, where others encode it once more")
  func s3Path() throws {
    let request = SigningRequest(method: "HEAD", host: "h", path: "/b/a%20b//../c")
    let s3 = Signer(region: "us-east-1", service: "s3", options: .s3)
    let lines = s3.canonicalRequest(request, with: Self.keys, at: Self.date).text
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[1] == "/b/a%20b//../c")
    #expect(lines.contains { $0.hasPrefix("x-amz-content-sha256:e3b0c442") })
    let other = Signer(region: "us-east-1", service: "sqs")
    #expect(
      other.canonicalRequest(request, with: Self.keys, at: Self.date).text
        .hasPrefix("HEAD\n/b/c\n"))
  }

  @Test("neither printing nor dumping shows signature, token or key")
  func redaction() {
    var signer = Signer(region: "us-east-1", service: "cloudfront")
    let keys = Credentials(accessKeyID: "A", secretAccessKey: "s3cret", sessionToken: "t0ken")
    let signature = signer.sign(Self.request, with: keys, at: Self.date)
    var texts = "\(signature) \(signer)"
    dump(signature, to: &texts)
    dump(signer, to: &texts)
    for secret in ["s3cret", "t0ken", "Signature=", "key"] { #expect(!texts.contains(secret)) }
    #expect(texts.contains("signature of 20261120T180405Z (hidden)"))
  }
}
