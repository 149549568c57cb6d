import AWSClient
import HTTPTransport
import JSON

/// An event source mapping: what feeds a queue's messages to a function.
///
/// https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
package struct EventSourceMapping: Sendable, Equatable {
  /// The mapping's id.
  package var id: String
  /// `Enabled`, `Disabled`, or on the way to one of them; AWS may add others.
  package var state: String
  /// Why it is in this state, in AWS's words.
  package var stateReason: String?
  /// What the last invocation led to, in AWS's words.
  package var lastResult: String?
  /// The ARN of the queue or stream.
  package var sourceARN: String
  /// The ARN of the function.
  package var functionARN: String
  /// The most messages of an event.
  package var batchSize: Int?
  /// How long it gathers messages, in seconds.
  package var windowSeconds: Int?
  /// The most events at a time; nil without a limit of its own.
  package var maximumConcurrency: Int?
  /// Whether the function may hand back single messages.
  package var reportsItemFailures: Bool

  /// The source as a queue's ARN; nil for every other source.
  package var queueARN: String? {
    sourceARN.split(separator: ":").dropFirst(2).first == "sqs" ? sourceARN : nil
  }

  /// Whether it feeds the function now or soon.
  package var isOn: Bool { !["Disabled", "Disabling", "Deleting"].contains(state) }

  /// Reads a mapping.
  init(_ json: JSONValue) throws(MissingMember) {
    guard let id = json["UUID"]?.stringValue else { throw MissingMember(name: "UUID") }
    self.id = id
    state = json["State"]?.stringValue ?? ""
    stateReason = json["StateTransitionReason"]?.stringValue
    lastResult = json["LastProcessingResult"]?.stringValue
    sourceARN = json["EventSourceArn"]?.stringValue ?? ""
    functionARN = json["FunctionArn"]?.stringValue ?? ""
    batchSize = json["BatchSize"]?.integerValue.map { Int($0) }
    windowSeconds = json["MaximumBatchingWindowInSeconds"]?.integerValue.map { Int($0) }
    maximumConcurrency = json["ScalingConfig"]?["MaximumConcurrency"]?.integerValue.map { Int($0) }
    reportsItemFailures =
      json["FunctionResponseTypes"]?.arrayValue?.contains {
        $0.stringValue == "ReportBatchItemFailures"
      } ?? false
  }

  /// Reads one page of ListEventSourceMappings, and where the next one starts.
  static func page(json: [UInt8]) throws -> (mappings: [EventSourceMapping], next: String?) {
    let root = try JSONValue.parse(json)
    let mappings = try (root["EventSourceMappings"]?.arrayValue ?? []).map {
      try EventSourceMapping($0)
    }
    return (mappings, root["NextMarker"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 })
  }
}

extension ServiceClient {
  /// Lists what feeds a function, by its name or ARN.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
  package func mappings(of function: String) throws(ServiceError) -> [EventSourceMapping] {
    var found: [EventSourceMapping] = []
    var marker: String?
    repeat {
      var query = [AWSRequest.QueryItem("FunctionName", function)]
      if let marker { query.append(AWSRequest.QueryItem("Marker", marker)) }
      let page = try send(
        AWSRequest(.get, path: "/2015-03-31/event-source-mappings", query: query),
        "lambda:ListEventSourceMappings", on: "*"
      ) { try EventSourceMapping.page(json: $0.body) }
      found += page.mappings
      guard page.next != marker else { break }
      marker = page.next
    } while marker != nil
    return found
  }

  /// Switches a mapping on or off; returns it in its new state.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
  package func setMapping(
    _ mapping: EventSourceMapping, isOn: Bool
  ) throws(ServiceError) -> EventSourceMapping {
    let body: JSONValue = ["Enabled": .bool(isOn)]
    return try send(
      AWSRequest(
        .put, path: AWSRequest.path("2015-03-31", "event-source-mappings", mapping.id),
        headers: ["Content-Type": "application/json"], body: body.encoded()),
      "lambda:UpdateEventSourceMapping", on: arn(of: mapping)
    ) { try EventSourceMapping(try JSONValue.parse($0.body)) }
  }

  /// The ARN of a mapping, which has the function's partition, region and account.
  private func arn(of mapping: EventSourceMapping) -> String {
    let parts = mapping.functionARN.split(separator: ":")
    guard parts.count > 4 else { return mapping.id }
    return "\(parts[0...4].joined(separator: ":")):event-source-mapping:\(mapping.id)"
  }
}
