import AWSClient
import SigV4
import Testing

@Suite struct CredentialsProviderTests {
  let keys = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s3cret+/="]

  @Test("reads the environment; an empty session token is none", arguments: [nil, "", "t0ken=="])
  func reads(token: String?) throws {
    var environment = keys
    environment["AWS_SESSION_TOKEN"] = token
    let loaded = try CredentialsProvider.environment(environment).load()
    #expect(
      loaded
        == Credentials(
          accessKeyID: "AKID", secretAccessKey: "s3cret+/=",
          sessionToken: token == "t0ken==" ? token : nil))
    #expect(!CredentialsProvider.environment(environment).refreshes)
  }

  @Test(
    "names the variable that is missing or empty",
    arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], [nil, ""])
  func missing(variable: String, value: String?) {
    var environment = keys
    environment[variable] = value
    #expect(throws: AWSClientError.missingCredentials(variable: variable)) {
      try CredentialsProvider.environment(environment).load()
    }
  }

  @Test(
    "names the variable that can't stand in a header field, and not its value",
    arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    ["a b", "key\n", "key\r\nX-Injected: 1", "schlüssel"])
  func malformed(variable: String, value: String) {
    var environment = keys
    environment[variable] = value
    let error = AWSClientError.malformedCredentials(variable: variable)
    #expect(throws: error) { try CredentialsProvider.environment(environment).load() }
    #expect(error.description.contains(variable) && !error.description.contains(value))
  }
}
