import Testing

@testable import LocalCloud

@Suite struct SignatureCheckTests {
  private func refusal(
    of request: ServerRequest, _ vector: SignatureVector, secondsLater: Int64 = 0,
    credentials: FakeCredentials? = nil
  ) throws -> String? {
    let check = SignatureCheck(
      credentials: [credentials ?? vector.credentials], service: vector.service,
      region: vector.region)
    let time = try #require(UTCTime(basic: SignatureVector.date))
    do {
      try check.verify(request, now: time.milliseconds + secondsLater * 1000)
      return nil
    } catch {
      return error.code
    }
  }

  private func example() throws -> SignatureVector {
    try #require(SignatureVector.all.first { $0.name == "create-invalidation" })
  }

  @Test("Accepts signatures that were computed elsewhere", arguments: SignatureVector.all)
  func accepts(vector: SignatureVector) throws {
    #expect(try refusal(of: vector.request, vector) == nil)
  }

  @Test("Refuses a request when one byte of it has changed", arguments: SignatureVector.all)
  func refusesChanged(vector: SignatureVector) throws {
    let original = vector.request
    var changed: [ServerRequest] = []
    func add(_ change: (inout ServerRequest) -> Void) {
      var request = original
      change(&request)
      if request != original { changed.append(request) }
    }
    add { $0.method = "PUT" }
    add { $0.target += "x" }
    add { $0.target = $0.target.replacing("distribution", with: "distributioN") }
    add { $0.target = $0.target.replacing("=", with: "=1") }
    add { $0.body.append(32) }
    for index in original.headers.indices where original.headers[index].name != "Authorization" {
      add { $0.headers[index].value += "x" }
    }
    add { request in
      request.headers[request.headers.count - 1].value =
        String(original.headers[original.headers.count - 1].value.dropLast()) + "x"
    }
    #expect(changed.count >= 5)
    for request in changed {
      let code = try refusal(of: request, vector)
      #expect(
        ["SignatureDoesNotMatch", "InvalidClientTokenId", "IncompleteSignature"].contains(code))
    }
  }

  @Test("Refuses a query whose marker was changed in transit")
  func refusesChangedMarker() throws {
    let vector = try #require(
      SignatureVector.all.first { $0.name == "list-next-page-token-needs-encoding" })
    var request = vector.request
    request.target = request.target.replacing("%2B", with: "+")
    #expect(try refusal(of: request, vector) == "SignatureDoesNotMatch")
  }

  @Test("Refuses a wrong secret")
  func wrongSecret() throws {
    let vector = try example()
    var keys = vector.credentials
    keys.secretAccessKey += "x"
    #expect(
      try refusal(of: vector.request, vector, credentials: keys) == "SignatureDoesNotMatch")
  }

  @Test("Refuses an unknown access key id")
  func unknownKey() throws {
    let vector = try example()
    var keys = vector.credentials
    keys.accessKeyID = "AKIDOTHER"
    #expect(try refusal(of: vector.request, vector, credentials: keys) == "InvalidClientTokenId")
  }

  @Test("Refuses a missing, superfluous or wrong session token", arguments: [nil, "OTHER"])
  func wrongToken(token: String?) throws {
    let vector = try example()
    var keys = vector.credentials
    keys.sessionToken = token
    #expect(try refusal(of: vector.request, vector, credentials: keys) == "InvalidClientTokenId")
  }

  @Test("Says that a session has ended")
  func expiredToken() throws {
    let vector = try example()
    var keys = vector.credentials
    keys.isExpired = true
    #expect(try refusal(of: vector.request, vector, credentials: keys) == "ExpiredToken")
  }

  @Test("Refuses a session token, a date or a host that is sent but not signed")
  func unsignedHeaders() throws {
    for signed in [
      ["content-type", "host", "x-amz-date"], ["host", "x-amz-security-token"],
      ["x-amz-date", "x-amz-security-token"],
    ] {
      let vector = try example()
      var request = vector.request
      let scope = ["20261120", "us-east-1", "cloudfront", "aws4_request"]
      let signature = try SignatureCheck.signature(
        of: request, signedHeaders: signed, date: SignatureVector.date, scope: scope,
        secretAccessKey: vector.credentials.secretAccessKey)
      request.headers[request.headers.count - 1].value =
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\(scope.joined(separator: "/")), "
        + "SignedHeaders=\(signed.joined(separator: ";")), Signature=\(signature)"
      #expect(try refusal(of: request, vector) == "SignatureDoesNotMatch")
    }
  }

  @Test(
    "Allows fifteen minutes either way",
    arguments: [
      (900, nil), (901, "SignatureDoesNotMatch"), (-900, nil), (-901, "SignatureDoesNotMatch"),
    ] as [(Int64, String?)])
  func skew(seconds: Int64, code: String?) throws {
    let vector = try example()
    #expect(try refusal(of: vector.request, vector, secondsLater: seconds) == code)
  }

  @Test("Refuses another region, service, day or terminator in the scope")
  func scope() throws {
    let vector = try example()
    for (part, other) in [
      ("us-east-1", "eu-west-1"), ("/cloudfront/", "/s3/"), ("20261120/", "20261121/"),
      ("aws4_request", "aws5_request"),
    ] {
      var request = vector.request
      let last = request.headers.count - 1
      request.headers[last].value = request.headers[last].value.replacing(part, with: other)
      #expect(try refusal(of: request, vector) == "SignatureDoesNotMatch")
    }
  }

  @Test(
    "Refuses what is no signature at all",
    arguments: [
      (nil, "MissingAuthenticationToken"), ("Basic eA==", "IncompleteSignature"),
      ("AWS4-HMAC-SHA256 Credential=a/b", "IncompleteSignature"),
      ("AWS4-HMAC-SHA256 nonsense", "IncompleteSignature"),
      ("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=", "IncompleteSignature"),
      ("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0", "SignatureDoesNotMatch"),
    ] as [(String?, String)])
  func nonsense(authorization: String?, code: String) throws {
    let vector = try example()
    var request = vector.request
    request.headers.removeLast()
    if let authorization {
      request.headers.append(ServerRequest.Field(name: "Authorization", value: authorization))
    }
    #expect(try refusal(of: request, vector) == code)
  }

  @Test("Refuses a request without a date")
  func noDate() throws {
    let vector = try example()
    var request = vector.request
    request.headers.removeAll { $0.name == "X-Amz-Date" }
    #expect(try refusal(of: request, vector) == "IncompleteSignature")
  }
}
