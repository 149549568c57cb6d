import Testing

@testable import AWSClient

@Suite struct BackoffTests {
  @Test(
    "multiplies a doubling limit of at most 20 s with the random number",
    arguments: [
      (0, 1.0, 50), (0, 0.0, 0), (1, 0.5, 50), (3, 1.0, 400), (8, 1.0, 12_800), (9, 1.0, 20_000),
      (1_000_000, 1.0, 20_000), (-1, 1.0, 50), (0, 7.0, 50), (0, -7.0, 0),
    ])
  func doubling(retry: Int, random: Double, milliseconds: Int) {
    #expect(
      Backoff.delay(retry: retry, base: Backoff.transientBase, random: random)
        == .milliseconds(milliseconds))
  }

  @Test(
    "keeps what the service asks for between its own choice and 5 s more",
    arguments: [
      ("0", 500), ("499", 500), ("1500", 1500), ("5500", 5500), ("5501", 5500),
      ("9223372036854775807", 5500), ("99999999999999999999", 500), ("-1", 500), ("", 500),
      ("1.5", 500), ("soon", 500),
    ])
  func retryAfter(header: String, milliseconds: Int) {
    #expect(
      Backoff.delay(retry: 0, base: Backoff.throttlingBase, random: 0.5, retryAfter: header)
        == .milliseconds(milliseconds))
  }
}
