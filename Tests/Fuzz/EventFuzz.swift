import S3Events

/// Any bytes as an event.
enum EventFuzz {
  static func run(_ input: [UInt8]) {
    let event = EventDecoder().decode(input, invocationID: "fuzz")
    precondition(!event.messages.isEmpty || event.source == .sqs)
    for message in event.messages {
      let found = message.changes.count + message.requests.count
      precondition(message.recordCount >= found, "more was found than arrived")
      for change in message.changes {
        precondition(!change.bucket.isEmpty && !change.key.bytes.isEmpty)
      }
    }
    let again = EventDecoder().decode(input, invocationID: "fuzz")
    precondition(again.messages == event.messages, "the same event was read in two ways")
  }
}
