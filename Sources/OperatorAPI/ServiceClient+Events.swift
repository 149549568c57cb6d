import AWSClient
import HTTPTransport
package import JSON

/// A rule of EventBridge: which events it passes on.
///
/// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
package struct EventRule: Sendable, Equatable {
  package var name: String
  /// `ENABLED` and other words that begin like it, or `DISABLED`.
  package var state: String
  /// What an event must be like; nil where the rule has a schedule instead.
  package var pattern: JSONValue?

  /// Whether it passes anything on.
  package var isOn: Bool { !state.hasPrefix("DISABLED") }

  /// Whether the pattern lets events of S3 about this bucket pass.
  package func isAbout(bucket: String) -> Bool {
    guard let pattern, EventRule.texts(pattern["source"])?.contains("aws.s3") ?? true else {
      return false
    }
    let names = pattern["detail"]?["bucket"]?["name"]
    // What is no list of names alone, such as a prefix, is taken for fitting.
    guard let list = names?.arrayValue, list.allSatisfy({ $0.stringValue != nil }) else {
      return true
    }
    return list.contains { $0.stringValue == bucket }
  }

  /// The kinds of events that pass, such as `Object Created`; nil for all.
  package var kinds: [String]? { EventRule.texts(pattern?["detail-type"]) }

  private static func texts(_ value: JSONValue?) -> [String]? {
    value?.arrayValue?.compactMap(\.stringValue)
  }
}

extension ServiceClient {
  /// Lists the rules of the default event bus that pass events on to a queue or a function.
  ///
  /// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html
  package func rules(toTarget arn: String) throws(ServiceError) -> [EventRule] {
    var found: [EventRule] = []
    var token: String?
    repeat {
      var body: [(key: String, value: JSONValue)] = [(key: "TargetArn", value: .string(arn))]
      if let token { body.append((key: "NextToken", value: .string(token))) }
      let page = try events("ListRuleNamesByTarget", .object(body), on: "*")
      for name in page["RuleNames"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
        let account = arn.split(separator: ":", omittingEmptySubsequences: false)
        let owner = account.count > 4 ? account[4] : "*"
        let rule = try events(
          "DescribeRule", ["Name": .string(name)],
          on: "arn:aws:events:\(region):\(owner):rule/\(name)")
        let pattern = rule["EventPattern"]?.stringValue
        found.append(
          EventRule(
            name: name, state: rule["State"]?.stringValue ?? "",
            pattern: pattern.flatMap { try? JSONValue.parse(Array($0.utf8)) }))
      }
      let next = page["NextToken"]?.stringValue
      guard next != token else { break }
      token = next
    } while token != nil
    return found
  }

  private func events(
    _ operation: String, _ body: JSONValue, on resource: String
  ) throws(ServiceError) -> JSONValue {
    try send(
      AWSRequest(
        .post, path: "/",
        headers: [
          "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSEvents.\(operation)",
        ], body: body.encoded()),
      "events:\(operation)", on: resource
    ) { try JSONValue.parse($0.body) }
  }
}
