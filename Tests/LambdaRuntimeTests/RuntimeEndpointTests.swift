import LambdaRuntime
import Testing

@Suite("RuntimeEndpoint")
struct RuntimeEndpointTests {
  @Test(
    "host and port are taken",
    arguments: ["127.0.0.1:9001", "localhost:80", "runtime-api.internal", "[::1]:9001", "[::1]"])
  func wellFormed(text: String) {
    #expect(RuntimeEndpoint(text)?.authority == text)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", ":9001", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+80", "h:9001/x",
      "http://127.0.0.1:9001", "user@host:80", "a b:80", "::1", "[]:80", "host:80\r\n", "h:8a",
    ])
  func malformed(text: String) {
    #expect(RuntimeEndpoint(text) == nil)
  }

  @Test(
    "a process that Lambda did not start ends with 2 before it sets anything up",
    arguments: [[:], ["AWS_LAMBDA_RUNTIME_API": "http://x"]])
  func notInLambda(environment: [String: String]) {
    var isSetUp = false
    let code = LambdaProcess.run(
      program: "tests", version: "1", hint: "Try it.", environment: environment
    ) { _ in
      isSetUp = true
      return { _ in .success([]) }
    }
    #expect(code == 2)
    #expect(!isSetUp)
  }
}
