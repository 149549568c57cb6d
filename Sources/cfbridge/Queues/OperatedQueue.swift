import ArgumentParser
import OperatorAPI
import Partitions

/// A queue that a command works on.
struct OperatedQueue {
  let url: String
  let client: ServiceClient

  /// The name, which is the end of the URL.
  var name: String { url.split(separator: "/").last.map(String.init) ?? url }
  /// Whether it keeps order.
  var isFIFO: Bool { name.hasSuffix(".fifo") }

  /// Finds a queue by its URL, its ARN, or its name in the account's region.
  init(_ text: String, _ account: Account) throws(CommandFailure) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 6, parts[0] == "arn", parts[2] == "sqs" {
      client = try account.service(.sqs, region: parts[3])
      url = "\(client.endpoint)/\(parts[4])/\(parts[5])"
    } else if text.hasPrefix("https://") || text.hasPrefix("http://") {
      let host = text.split(separator: "/").dropFirst().first ?? ""
      let labels = host.split(separator: ".")
      let region = labels.first == "sqs" && labels.count > 2 ? String(labels[1]) : nil
      client = try account.service(.sqs, region: region)
      url = text
    } else {
      let client = try account.service(.sqs)
      self.client = client
      url = try asking { () throws(ServiceError) in try client.url(ofQueue: text) }
    }
  }

  /// Asks for all that the queue is set to.
  func facts() throws(CommandFailure) -> QueueFacts {
    try asking { () throws(ServiceError) in try client.facts(ofQueue: url) }
  }
}

/// The function whose queues a command works on.
struct OperatedFunction {
  /// The name or ARN as it was given.
  let name: String
  private let account: Account
  private let client: ServiceClient

  init(_ name: String, _ account: Account) throws(CommandFailure) {
    self.name = name
    self.account = account
    let parts = name.split(separator: ":")
    let region = parts.count > 3 && parts[0] == "arn" ? String(parts[3]) : nil
    client = try account.service(.lambda, region: region)
  }

  /// Lists what feeds it from queues.
  func mappings() throws(CommandFailure) -> [EventSourceMapping] {
    let all = try asking { () throws(ServiceError) in try client.mappings(of: name) }
    let queues = all.filter { $0.queueARN != nil }
    guard queues.isEmpty else { return queues }
    // Lambda answers an empty list for an unknown function too.
    _ = try asking { () throws(ServiceError) in try client.configuration(of: name) }
    throw CommandFailure(
      .notFound,
      "No queue feeds the function \(name), so it is invoked directly. Name a queue with --queue.")
  }

  /// Switches a mapping.
  func set(_ mapping: EventSourceMapping, isOn: Bool) throws(CommandFailure) -> EventSourceMapping {
    try asking { () throws(ServiceError) in try client.setMapping(mapping, isOn: isOn) }
  }
}

/// The options that name the function's queue.
struct QueueOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The function whose queue it is.", valueName: "name"))
  var function: String?

  @Option(
    help: ArgumentHelp(
      "The queue that feeds the function: its URL, ARN or name.", valueName: "queue"))
  var queue: String?

  func validate() throws {
    guard (function == nil) != (queue == nil) else {
      throw ValidationError("Name either --function or --queue.")
    }
  }

  /// Finds the queue.
  func find(_ account: Account) throws(CommandFailure) -> OperatedQueue {
    if let queue { return try OperatedQueue(queue, account) }
    let mappings = try OperatedFunction(function ?? "", account).mappings()
    guard mappings.count == 1 else {
      throw CommandFailure(
        .usage,
        "Several queues feed the function: \(mappings.map(\.sourceARN).joined(separator: ", "))."
          + " Name one of them with --queue.")
    }
    return try OperatedQueue(mappings[0].sourceARN, account)
  }
}
