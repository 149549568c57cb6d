/// The name of a queue, as events and policies spell it: `arn:aws:sqs:eu-west-1:123456789012:name`.
package struct QueueARN: Hashable, Sendable, CustomStringConvertible {
  /// The region, which requests are sent to and signed for.
  package let region: String
  /// The account that owns the queue.
  let account: String
  /// The queue's name.
  let name: String
  /// The ARN.
  package let description: String

  /// Takes an ARN apart; nil unless it is a queue's.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "sqs",
      QueueARN.isWord(parts[3]), QueueARN.isWord(parts[4]),
      parts[5].hasSuffix(".fifo")
        ? QueueARN.isWord(String(parts[5].dropLast(5))) : QueueARN.isWord(parts[5])
    else { return nil }
    region = parts[3]
    account = parts[4]
    name = parts[5]
    description = text
  }

  /// Whether it keeps its messages in order.
  package var isFIFO: Bool { name.hasSuffix(".fifo") }

  /// Whether a text is of the characters of queue names, which are those of regions too.
  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x2D
          || $0 == 0x5F
      }
  }
}
