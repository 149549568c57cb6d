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
    #expect(refusal.saysAlreadySubmitted == expected)
  }
}
