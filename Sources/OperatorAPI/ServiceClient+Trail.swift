import AWSClient
import Encoding
import HTTPTransport
package import JSON

/// A page of CloudTrail's events.
package struct TrailPage: Sendable {
  /// The events, newest first, each as the service recorded it.
  package var events: [JSONValue]
  /// Where the next page starts; nil on the last page.
  package var next: String?

  /// Reads the answer of LookupEvents. The event itself is a text of JSON in it; one that can't be
  /// read is left out.
  init(json: [UInt8]) throws {
    let root = try JSONValue.parse(json)
    guard let list = root["Events"]?.arrayValue else { throw MissingMember(name: "Events") }
    events = list.compactMap { event in
      event["CloudTrailEvent"]?.stringValue.flatMap { try? JSONValue.parse(Array($0.utf8)) }
    }
    next = root["NextToken"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension ServiceClient {
  /// Looks up what somebody did in the last 90 days, which CloudTrail keeps without a trail. It
  /// takes two such calls a second.
  ///
  /// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
  ///
  /// - Parameter since: in milliseconds since 1970.
  package func trail(
    of operation: String, since: Int64, next: String?
  ) throws(ServiceError) -> TrailPage {
    var members: [(key: String, value: JSONValue)] = [
      (
        key: "LookupAttributes",
        value: [["AttributeKey": "EventName", "AttributeValue": .string(operation)]]
      ),
      (key: "StartTime", value: .integer(since / 1000)), (key: "MaxResults", value: 50),
    ]
    if let next { members.append((key: "NextToken", value: .string(next))) }
    return try send(
      AWSRequest(
        .post, path: "/",
        headers: [
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target":
            "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
        ], body: JSONValue.object(members).encoded()),
      "cloudtrail:LookupEvents", on: "*"
    ) { try TrailPage(json: $0.body) }
  }
}
