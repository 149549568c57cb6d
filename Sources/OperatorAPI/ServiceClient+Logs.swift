package import AWSClient
import HTTPTransport
import JSON

extension ServiceRequest {
  /// CloudWatch Logs' FilterLogEvents: a page of a group's events, all streams together, from the
  /// oldest on.
  ///
  /// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
  ///
  /// - Parameter period: the first and the last moment, in milliseconds since 1970.
  package static func filterLogEvents(
    ofGroup group: String, in period: ClosedRange<Int64>, nextToken: String?
  ) -> AWSRequest {
    var body: JSONValue = [
      "logGroupName": .string(group), "startTime": .integer(period.lowerBound),
      "endTime": .integer(period.upperBound), "limit": 10_000,
    ]
    if let nextToken { body = body.adding(["nextToken": .string(nextToken)]) }
    return AWSRequest(
      .post, path: "/",
      headers: [
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "Logs_20140328.FilterLogEvents",
      ], body: body.encoded())
  }
}

/// A page of a log group's events, which may be empty although more follow.
package struct LogPage: Sendable, Equatable {
  /// One line that somebody logged.
  package struct Event: Sendable, Equatable {
    /// When it was logged, in milliseconds since 1970.
    package var milliseconds: Int64
    /// The line.
    package var message: String
  }

  /// The events, mostly in the order of their times.
  package var events: [Event]
  /// Where the next page starts; nil on the last page.
  package var nextToken: String?

  /// Reads the answer of FilterLogEvents.
  package init(json: [UInt8]) throws {
    // Up to 10,000 events and 1 MB of messages, each of which is escaped.
    let root = try JSONValue.parse(json, limits: JSONLimits(maxBytes: 64 << 20))
    guard let events = root["events"]?.arrayValue else { throw NoEvents() }
    self.events = events.compactMap { event in
      guard let time = event["timestamp"]?.integerValue, let text = event["message"]?.stringValue
      else { return nil }
      return Event(milliseconds: time, message: text)
    }
    nextToken = root["nextToken"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }

  private struct NoEvents: Error, CustomStringConvertible {
    var description: String { "events is missing" }
  }
}

extension ServiceClient {
  /// Asks CloudWatch Logs for a page of a group's events.
  package func logEvents(
    ofGroup group: String, in period: ClosedRange<Int64>, nextToken: String?
  ) throws(ServiceError) -> LogPage {
    try send(
      ServiceRequest.filterLogEvents(ofGroup: group, in: period, nextToken: nextToken),
      "logs:FilterLogEvents", on: group
    ) { try LogPage(json: $0.body) }
  }
}
