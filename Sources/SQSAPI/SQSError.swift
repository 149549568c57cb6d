package import AWSJSON

/// Why a call to SQS has no usable answer.
package struct SQSError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The API operation.
  let operation: String
  /// The queue.
  let queue: QueueARN
  /// What stood in the way.
  package let reason: JSONFailure

  /// Whether a permission is missing.
  package var isDenied: Bool {
    if case .refused(let refusal) = reason { refusal.isDenied } else { false }
  }

  /// What happened, with which queue, and what to do.
  package var description: String {
    let call = "\(operation) on \(queue)"
    return switch reason {
    case .refused(let refusal) where refusal.isDenied:
      "\(call): \(refusal) Grant the function's role sqs:\(action) on \(queue)."
    case .refused(let refusal): "\(call): \(refusal)"
    case .unanswered(let error): "\(call): \(error)"
    case .unreadable(let problem): "\(call): the answer can't be read: \(problem)."
    }
  }

  /// The IAM action that stands for the operation.
  private var action: String {
    operation.hasSuffix("Batch") ? String(operation.dropLast("Batch".count)) : operation
  }
}
