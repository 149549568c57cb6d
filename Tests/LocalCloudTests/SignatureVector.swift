import Testing

@testable import LocalCloud

/// A signed request whose signature was computed independently of this project.
struct SignatureVector: Sendable, CustomTestStringConvertible {
  var name: String
  var method = "GET"
  var host = "cloudfront.amazonaws.com"
  var target: String
  var service = "cloudfront"
  var region = "us-east-1"
  var sessionToken: String?
  var headers: [(String, String)] = []
  var body = ""
  var signedHeaders = "host;x-amz-date"
  var signature: String

  var testDescription: String { name }

  /// The time of all vectors.
  static let date = "20261120T180405Z"

  /// The keys of all vectors, with this one's session token.
  var credentials: FakeCredentials {
    var credentials = FakeCredentials.example
    credentials.sessionToken = sessionToken
    return credentials
  }

  /// The request as the server reads it.
  var request: ServerRequest {
    let authorization =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261120/\(region)/\(service)/aws4_request, "
      + "SignedHeaders=\(signedHeaders), Signature=\(signature)"
    let token = sessionToken.map { [("X-Amz-Security-Token", $0)] } ?? []
    let fields =
      [("Host", host), ("X-Amz-Date", SignatureVector.date)] + token + headers
      + [("Authorization", authorization)]
    return ServerRequest(
      method: method, target: target,
      headers: fields.map { ServerRequest.Field(name: $0.0, value: $0.1) },
      body: Array(body.utf8), connection: 1, sequence: 1, head: [])
  }

  static let all = [
    SignatureVector(
      name: "list-first-page",
      target: "/2020-05-31/distribution?MaxItems=100",
      signature: "0c8ab15a76cd4212a57285b38f86f07fbfa86de31fe08117b0d66865b70848b1"),
    SignatureVector(
      name: "list-next-page-token-needs-encoding",
      target: "/2020-05-31/distribution?Marker=E2%20A%2FB%2BC%3D%3D&MaxItems=100",
      signature: "d60131a13510c41359a8789d83d409820ca1a33edc29c3af038f1a03a9bbe087"),
    SignatureVector(
      name: "list-with-session-token",
      target: "/2020-05-31/distribution",
      sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==",
      signedHeaders: "host;x-amz-date;x-amz-security-token",
      signature: "27d907e90b9bbd8872778dce96581d83dfd46e1fff68c51b55db821063f576fc"),
    SignatureVector(
      name: "create-invalidation",
      method: "POST",
      target: "/2020-05-31/distribution/EDFDVBD632BHDS5/invalidation",
      sessionToken: "TOKEN",
      headers: [("Content-Type", "application/xml")],
      body: """
        <?xml version="1.0" encoding="UTF-8"?><InvalidationBatch xmlns="http://cloud\
        front.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>1</Quantity><Items><Pa\
        th>/caf%C3%A9.html</Path></Items></Paths><CallerReference>v1-3f2a9c</CallerR\
        eference></InvalidationBatch>
        """,
      signedHeaders: "content-type;host;x-amz-date;x-amz-security-token",
      signature: "9ba8950a8d5a18711ab1268b66d3885f1e86d58e34649ef3eccb63a702739e9e"),
    SignatureVector(
      name: "get-invalidation",
      target: "/2020-05-31/distribution/EDFDVBD632BHDS5/invalidation/I2J0I21PCUYOIK",
      signature: "aa91d63928dfc1ec5bd043be0b1325255be3100199836ff4dbc2c6961124d743"),
    SignatureVector(
      name: "china",
      host: "cloudfront.cn-northwest-1.amazonaws.com.cn",
      target: "/2020-05-31/distribution",
      region: "cn-northwest-1",
      signature: "ae194b88ad3fc48b86e9a7025db485615fa51e10c1e1d2267d658367aab30fd9"),
    SignatureVector(
      name: "moto-nondefault-port",
      host: "127.0.0.1:5000",
      target: "/2020-05-31/distribution?MaxItems=1",
      signature: "5f1c14d02cdb57f0fbeb812149561ab66895544fd10ba61c5762723545ac72d8"),
    SignatureVector(
      name: "dynamodb",
      method: "POST",
      host: "dynamodb.us-west-2.amazonaws.com",
      target: "/",
      service: "dynamodb",
      region: "us-west-2",
      headers: [
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amz-Target", "DynamoDB_20120810.GetItem"),
      ],
      body: "{\"TableName\":\"t\"}",
      signedHeaders: "content-type;host;x-amz-date;x-amz-target",
      signature: "12663d97fc10f1b039ffc1a2fd44431b688add56bf58ea68aa7a389aa0197eac"),
  ]
}
