import AWSClient
import HTTPTransport
import Testing

@Suite struct AWSClientErrorTests {
  typealias Effort = AWSClientError.Effort

  static func answered(
    _ meaning: AnswerMeaning, _ attempts: Int, _ ending: Effort.Ending
  ) -> AWSClientError {
    .answered(
      HTTPResponse(status: 503, body: Array("secret".utf8)), meaning,
      Effort(request: "GET https://h/p", attempts: attempts, ending: ending))
  }

  static func unanswered(_ ending: Effort.Ending) -> AWSClientError {
    .unanswered(
      TransportError(.connect, code: 7, "can't connect to h"),
      Effort(request: "GET https://h/p", attempts: 2, ending: ending))
  }

  static let texts: [(AWSClientError, String)] = [
    (
      .missingCredentials(variable: "AWS_ACCESS_KEY_ID"),
      """
      no AWS credentials: AWS_ACCESS_KEY_ID is not set; set it, or give the function an \
      execution role
      """
    ),
    (
      .invalidEndpoint(setting: "S", value: "ftp://h", problem: "it is not HTTP"),
      "S=ftp://h can't be used: it is not HTTP"
    ),
    (
      .invalidEndpoint(setting: "S", value: "http://u:p@h", problem: "it has a user"),
      "S can't be used: it has a user"
    ),
    (
      .noTimeLeft(request: "GET https://h/p"),
      "GET https://h/p was not sent: no time is left; raise the function's timeout"
    ),
    (
      answered(.transient, 3, .attemptsUsedUp),
      """
      GET https://h/p was answered with status 503 after 3 attempts; all attempts are used up: \
      try again later
      """
    ),
    (
      answered(.permanent, 1, .permanent),
      """
      GET https://h/p was answered with status 503; a retry would not help: see the error code \
      in the answer
      """
    ),
    (
      answered(.throttled, 2, .deadline),
      """
      GET https://h/p was answered with status 503 after 2 attempts; no time is left for a \
      retry: try again, or raise the function's timeout
      """
    ),
    (
      answered(.transient, 2, .quotaUsedUp),
      """
      GET https://h/p was answered with status 503 after 2 attempts; no retry, since too many \
      requests failed lately: try again later
      """
    ),
    (
      answered(.expiredCredentials, 1, .permanent),
      "GET https://h/p was answered with status 503; the credentials have expired: get new ones"
    ),
    (
      answered(.clockSkew, 1, .permanent),
      """
      GET https://h/p was answered with status 503; the machine's clock and the service's \
      differ: set the clock
      """
    ),
    (
      unanswered(.attemptsUsedUp),
      """
      GET https://h/p got no whole answer after 2 attempts: can't connect to h (libcurl 7); all \
      attempts are used up: try again later
      """
    ),
    (
      unanswered(.permanent),
      """
      GET https://h/p got no whole answer after 2 attempts: can't connect to h (libcurl 7); a \
      retry would not help: check the endpoint and the network
      """
    ),
  ]

  @Test("says what happened, to what, and what to do", arguments: texts)
  func descriptions(error: AWSClientError, text: String) {
    #expect(error.description == text)
  }
}
