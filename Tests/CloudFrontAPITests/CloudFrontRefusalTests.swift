import Testing

@testable import CloudFrontAPI

@Suite struct CloudFrontRefusalTests {
  @Test(
    "a batch was submitted already when the code or the sentence about the caller reference says so",
    arguments: [
      ("InvalidationBatchAlreadyExists", "", true),
      (
        "InvalidArgument",
        "Your request contains a Caller Reference that was used for a previous invalidation batch.",
        true
      ),
      ("InvalidArgument", "used before: a caller reference", true),
      ("InvalidArgument", "Your request contains a caller reference that is too long.", false),
      ("InvalidArgument", "Your request contains one or more invalid invalidation paths.", false),
      ("InvalidArgument", "caller referenc", false),
      ("InvalidArgument", "", false),
      ("AccessDenied", "No permission for this caller reference.", false),
    ])
  func alreadySubmitted(code: String, message: String, expected: Bool) {
    let refusal = CloudFrontRefusal(status: 400, code: code, message: message)
    #expect((refusal.kind == .alreadySubmitted) == expected)
  }

  @Test(
    "one code that stands for several things is told apart by its sentence",
    arguments: [
      (
        "InvalidArgument", "Your request contains one or more invalid invalidation paths.",
        .invalidPath
      ),
      ("InvalidArgument", "Your request is odd.", .other(code: "InvalidArgument")),
      ("SignatureDoesNotMatch", "Signature expired: 2026 is now earlier than 2025.", .clockSkew),
      ("SignatureDoesNotMatch", "Signature not yet current: 2026 is later", .clockSkew),
      ("SignatureDoesNotMatch", "The request signature we calculated", .wrongSignature),
      ("NoSuchOddity", "No.", .other(code: "NoSuchOddity")),
    ] as [(String, String, CloudFrontRefusal.Kind)])
  func kind(code: String, message: String, expected: CloudFrontRefusal.Kind) {
    #expect(CloudFrontRefusal(status: 400, code: code, message: message).kind == expected)
  }

  @Test("every code but those of refusals nobody can act on has a kind of its own")
  func codes() {
    for (code, kind) in CloudFrontRefusal.Kind.byCode {
      if case .other(let name) = kind { #expect(name == code) }
      #expect(CloudFrontRefusal.Kind(code: code, message: "") == kind)
    }
  }
}
