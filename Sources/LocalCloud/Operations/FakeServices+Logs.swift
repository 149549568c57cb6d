import FoundationEssentials

extension FakeServices {
  /// An event of CloudWatch Logs.
  package struct LogEvent: Sendable, Equatable {
    /// When it was logged, in milliseconds since 1970.
    package var milliseconds: Int64
    package var message: String

    package init(milliseconds: Int64, message: String) {
      self.milliseconds = milliseconds
      self.message = message
    }
  }

  /// FilterLogEvents. As AWS's, it has an empty first page now and then: here always.
  static func filterLogEvents(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request.method == "POST", request["X-Amz-Target"] == "Logs_20140328.FilterLogEvents",
      let asked = try? JSONDecoder().decode(LogQuestion.self, from: Data(request.body))
    else { throw .unknownOperation }
    try contents.demand(
      "logs:FilterLogEvents",
      on: "arn:aws:logs:\(contents.region):\(contents.accountID):log-group:"
        + "\(asked.logGroupName):log-stream:")
    guard let events = contents.logGroups[asked.logGroupName] else {
      throw CloudFrontProblem(
        status: 400, code: "ResourceNotFoundException",
        message: "The specified log group does not exist.")
    }
    guard let token = asked.nextToken else { return page([], of: asked, nextToken: "after-0") }
    guard token.hasPrefix("after-"), let start = Int(token.dropFirst(6)) else {
      throw CloudFrontProblem(
        status: 400, code: "InvalidParameterException",
        message: "The specified nextToken is invalid.")
    }
    let period = (asked.startTime ?? 0)...max(asked.startTime ?? 0, asked.endTime ?? .max)
    let chosen = events.filter { period.contains($0.milliseconds) }
    let size = min(contents.logPageSize, asked.limit ?? 10_000)
    let rest = chosen.dropFirst(start)
    return page(
      Array(rest.prefix(size)), of: asked,
      nextToken: rest.count > size ? "after-\(start + size)" : nil)
  }

  private static func page(
    _ events: [LogEvent], of asked: LogQuestion, nextToken: String?
  ) -> ServerAnswer {
    json(
      LogAnswer(
        events: events.map { event in
          LogAnswer.Event(
            logStreamName: "2026/11/25/[$LATEST]0123456789abcdef", timestamp: event.milliseconds,
            message: event.message, ingestionTime: event.milliseconds, eventId: "1")
        }, searchedLogStreams: [], nextToken: nextToken))
  }

  private struct LogQuestion: Decodable {
    var logGroupName: String
    var startTime: Int64?
    var endTime: Int64?
    var limit: Int?
    var nextToken: String?
  }

  private struct LogAnswer: Encodable {
    struct Event: Encodable {
      var logStreamName: String
      var timestamp: Int64
      var message: String
      var ingestionTime: Int64
      var eventId: String
    }
    var events: [Event]
    var searchedLogStreams: [String]
    var nextToken: String?
  }
}
