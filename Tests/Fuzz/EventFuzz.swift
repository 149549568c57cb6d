import JSON
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
    precondition(
      reading(input, withYajl: false) == reading(input, withYajl: true),
      "yajl reads other JSON")
  }

  /// What a JSON reader makes of a document: its value, or why there is none.
  private static func reading(_ input: [UInt8], withYajl: Bool) -> String {
    let recorder = Recorder()
    do {
      try input.withUnsafeBufferPointer {
        if withYajl {
          try JSONReader.readWithYajl($0, into: recorder)
        } else {
          try JSONReader.read($0, into: recorder)
        }
      }
      return recorder.text
    } catch {
      return "\(error)"
    }
  }

  private final class Recorder: JSONVisitor {
    private(set) var text = ""

    func objectBegins() { text += "{" }
    func objectEnds() { text += "}" }
    func arrayBegins() { text += "[" }
    func arrayEnds() { text += "]" }
    func scalar(_ value: JSONScalar) {
      switch value {
      case .string(let utf8): text += "s\(Array(utf8))"
      case .number(let digits): text += "n\(Array(digits))"
      case .bool(let value): text += "\(value)"
      case .null: text += "null"
      }
    }
    func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
      text += "k\(Array(utf8))"
      return true
    }
  }
}
