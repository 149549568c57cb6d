import SigV4
import Testing

/// AWS's own signing suite, which lies beside the checkout and not in it.
@Suite(
  .enabled(
    if: !SigningSuiteCase.names.isEmpty, "AWS's signing suite isn't at \(SigningSuiteCase.folder)"))
struct SigningSuiteTests {
  static let date = SigningDate(millisecondsSinceEpoch: 1_440_938_160_000)

  @Test("holds its 38 cases")
  func complete() {
    #expect(SigningSuiteCase.names.count == 38)
  }

  @Test("each step gives the suite's own text", arguments: SigningSuiteCase.names)
  func steps(name: String) throws {
    let given = try SigningSuiteCase(name)
    let canonical = given.signer.canonicalRequest(
      given.request, with: given.credentials, at: Self.date)
    #expect(canonical.text == given.canonicalRequest)
    #expect(given.signer.stringToSign(canonical, at: Self.date) == given.stringToSign)
    var signer = given.signer
    let signature = signer.sign(given.request, with: given.credentials, at: Self.date)
    #expect(signature.authorization.hasSuffix("Signature=\(given.signature)"))
  }

  @Test(
    "the fields to add are those of the suite's signed request", arguments: SigningSuiteCase.names)
  func fields(name: String) throws {
    let given = try SigningSuiteCase(name)
    var signer = given.signer
    let signature = signer.sign(given.request, with: given.credentials, at: Self.date)
    let sent = given.signedRequest.lowercased()
    for (name, value) in signature.headers {
      #expect(sent.contains("\n\(name):\(value)\n".lowercased()))
    }
    #expect((signature.sessionToken == nil) == !sent.contains("x-amz-security-token:"))
  }
}
