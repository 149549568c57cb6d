import AWSClient
import Testing

@Suite struct RetryConfigurationTests {
  @Test(
    "AWS_MAX_ATTEMPTS is the number of attempts of every call",
    arguments: [(nil, nil), ("", nil), ("1", 1), ("10", 10)])
  func maximumAttempts(value: String?, attempts: Int?) throws {
    var environment: [String: String] = [:]
    environment["AWS_MAX_ATTEMPTS"] = value
    let retry = try RetryConfiguration(environment: environment, attemptTimeout: .seconds(7))
    #expect(retry.maximumAttempts == attempts)
    #expect(retry.attemptTimeout == .seconds(7))
    #expect(retry.warnings.isEmpty)
  }

  @Test(
    "a value that can't be meant is refused",
    arguments: [
      ("AWS_MAX_ATTEMPTS", "0"), ("AWS_MAX_ATTEMPTS", "-1"), ("AWS_MAX_ATTEMPTS", "many"),
      ("AWS_MAX_ATTEMPTS", "3.5"), ("AWS_RETRY_MODE", "fast"),
    ])
  func refused(variable: String, value: String) throws {
    let error = #expect(throws: AWSClientError.self) {
      try RetryConfiguration(environment: [variable: value])
    }
    #expect(error?.description.hasPrefix("\(variable)=\(value) can't be used; set it to ") == true)
  }

  @Test(
    "the other retry modes are taken as standard with one warning",
    arguments: [
      (nil, 0), ("", 0), ("standard", 0), ("Standard", 0), ("legacy", 1), ("adaptive", 1),
      ("ADAPTIVE", 1),
    ])
  func modes(value: String?, warnings: Int) throws {
    var environment: [String: String] = [:]
    environment["AWS_RETRY_MODE"] = value
    let retry = try RetryConfiguration(environment: environment)
    #expect(retry.warnings.count == warnings)
    #expect(retry.warnings.allSatisfy { $0.hasPrefix("AWS_RETRY_MODE=\(value ?? "")") })
  }
}
