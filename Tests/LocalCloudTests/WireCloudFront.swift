import Testing

@testable import LocalCloud

/// Signs requests and sends them to a fake CloudFront, one connection each.
struct WireCloudFront {
  var fake: FakeCloudFront
  var credentials = FakeCredentials.example
  var region = "us-east-1"
  /// Milliseconds since 1970.
  var time: @Sendable () -> Int64

  /// Sends a signed request and returns the answer; nil when there is none.
  func exchange(_ method: String, _ target: String, body: String = "") throws -> WireClient.Answer?
  {
    let client = try WireClient(port: fake.loopback.port)
    return client.exchange(
      method, target, headers: try signed(method, target, body: body), body: Array(body.utf8))
  }

  /// The header fields of a signed request.
  func signed(_ method: String, _ target: String, body: String) throws -> [(String, String)] {
    let date = UTCTime(milliseconds: time()).basic
    var headers = [("Host", fake.loopback.address), ("X-Amz-Date", date)]
    if let token = credentials.sessionToken { headers.append(("X-Amz-Security-Token", token)) }
    let names = headers.map { $0.0.lowercased() }
    let scope = [String(date.prefix(8)), region, "cloudfront", "aws4_request"]
    let request = ServerRequest(
      method: method, target: target,
      headers: headers.map { ServerRequest.Field(name: $0.0, value: $0.1) },
      body: Array(body.utf8), connection: 0, sequence: 0, head: [])
    let signature = try SignatureCheck.signature(
      of: request, signedHeaders: names, date: date, scope: scope,
      secretAccessKey: credentials.secretAccessKey)
    headers.append(
      (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope.joined(separator: "/")), "
          + "SignedHeaders=\(names.joined(separator: ";")), Signature=\(signature)"
      ))
    return headers
  }

  /// Calls ListDistributions.
  func list(marker: String? = nil, maxItems: Int? = nil) throws -> WireClient.Answer? {
    let marker = marker.map { "Marker=\(URIText.encode(Array($0.utf8)))" }
    let query = [marker, maxItems.map { "MaxItems=\($0)" }].compactMap { $0 }
    return try exchange(
      "GET",
      "/2020-05-31/distribution" + (query.isEmpty ? "" : "?" + query.joined(separator: "&")))
  }

  /// Calls CreateInvalidation.
  func create(
    _ paths: [String], reference: String, on distribution: String = "E1", quantity: Int? = nil
  ) throws -> WireClient.Answer? {
    let items = paths.map { "<Path>\($0)</Path>" }.joined()
    return try create(
      body: """
        <InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths>\
        <Quantity>\(quantity ?? paths.count)</Quantity><Items>\(items)</Items></Paths>\
        <CallerReference>\(reference)</CallerReference></InvalidationBatch>
        """, on: distribution)
  }

  /// Calls CreateInvalidation with any body.
  func create(body: String, on distribution: String = "E1") throws -> WireClient.Answer? {
    try exchange("POST", "/2020-05-31/distribution/\(distribution)/invalidation", body: body)
  }
}

extension WireClient.Answer {
  /// The text of the first element of a name.
  func text(of element: String) -> String? { texts(of: element).first }

  /// The texts of all elements of a name that hold nothing but text.
  func texts(of element: String) -> [String] {
    text.split(separator: "<\(element)>", omittingEmptySubsequences: false).dropFirst()
      .compactMap { piece in
        let end = piece.split(separator: "</\(element)>", omittingEmptySubsequences: false)
        return end.count > 1 ? end.first.map(String.init) : nil
      }
  }
}
