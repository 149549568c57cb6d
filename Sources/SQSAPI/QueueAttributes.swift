import AWSJSON
import JSON

/// What the bridge needs to know of a queue.
package struct QueueAttributes: Equatable, Sendable {
  /// The visibility timeout of messages that nobody changes.
  package var visibility: Duration
  /// Where SQS moves messages that were received too often; nil without such a queue.
  package var deadLetterQueue: QueueARN?
  /// The most receives of a message before that.
  package var maxReceiveCount: Int?

  package init(
    visibility: Duration, deadLetterQueue: QueueARN? = nil, maxReceiveCount: Int? = nil
  ) {
    self.visibility = visibility
    self.deadLetterQueue = deadLetterQueue
    self.maxReceiveCount = maxReceiveCount
  }

  /// Reads the answer to GetQueueAttributes, whose values are all strings.
  init(json: JSONValue) throws(JSONAnswerError) {
    guard let attributes = json["Attributes"] else { throw .missing("Attributes") }
    guard let text = attributes["VisibilityTimeout"]?.stringValue, let seconds = Int(text) else {
      throw .missing("VisibilityTimeout")
    }
    visibility = .seconds(seconds)
    guard let policy = attributes["RedrivePolicy"]?.stringValue else { return }
    guard let redrive = try? JSONValue.parse(Array(policy.utf8)),
      let target = redrive["deadLetterTargetArn"]?.stringValue, let queue = QueueARN(target)
    else { throw .missing("deadLetterTargetArn") }
    deadLetterQueue = queue
    // SQS takes it as a number and as a string, and answers with what it was given.
    maxReceiveCount =
      redrive["maxReceiveCount"]?.integerValue.map { Int($0) }
      ?? redrive["maxReceiveCount"]?.stringValue.flatMap { Int($0) }
  }
}

/// Why SQS did not do what one entry of a batch asked for.
package struct EntryFailure: Equatable, Sendable, CustomStringConvertible {
  /// SQS's code.
  var code: String
  /// SQS's words.
  var message: String

  /// The code and the words.
  package var description: String { message.isEmpty ? code : "\(code): \(message)" }

  /// Reads the answer to a batch: for each of its entries nil, or why it failed. An entry that the
  /// answer does not name has failed.
  static func all(of count: Int, json: JSONValue) throws(JSONAnswerError) -> [EntryFailure?] {
    guard let successful = json["Successful"]?.arrayValue ?? (json["Failed"] == nil ? nil : [])
    else { throw .missing("Successful") }
    let nameless = EntryFailure(code: "Unanswered", message: "the answer does not name the entry")
    var failures = [EntryFailure?](repeating: nameless, count: count)
    func number(_ entry: JSONValue) -> Int? {
      entry["Id"]?.stringValue.flatMap { Int($0) }.flatMap {
        failures.indices.contains($0) ? $0 : nil
      }
    }
    for entry in successful { number(entry).map { failures[$0] = nil } }
    for entry in json["Failed"]?.arrayValue ?? [] {
      guard let number = number(entry) else { continue }
      failures[number] = EntryFailure(
        code: entry["Code"]?.stringValue ?? "Failed", message: entry["Message"]?.stringValue ?? "")
    }
    return failures
  }
}
