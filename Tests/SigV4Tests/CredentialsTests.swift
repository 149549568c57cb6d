import SigV4
import Testing

@Suite struct CredentialsTests {
  @Test("an empty session token is none", arguments: [(nil, nil), ("", nil), ("t", "t")])
  func emptyToken(given: String?, kept: String?) {
    let keys = Credentials(accessKeyID: "A", secretAccessKey: "s", sessionToken: given)
    #expect(keys.sessionToken == kept)
  }

  @Test("neither printing, debugging nor dumping shows a secret")
  func redaction() {
    let keys = Credentials(accessKeyID: "AKID", secretAccessKey: "s3cret", sessionToken: "t0ken")
    var texts = "\(keys) \(String(reflecting: keys)) \([keys])"
    dump(keys, to: &texts)
    #expect(!texts.contains("s3cret") && !texts.contains("t0ken"))
    #expect(keys.description == "AKID (secret and session token hidden)")
    #expect(
      Credentials(accessKeyID: "AKID", secretAccessKey: "s3cret").description
        == "AKID (secret hidden)")
  }
}
