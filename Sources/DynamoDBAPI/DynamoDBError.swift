package import AWSJSON

/// Why a call to DynamoDB has no usable answer.
package struct DynamoDBError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The API operation.
  let operation: String
  /// The table.
  let table: TableName
  /// What stood in the way.
  package let reason: JSONFailure

  /// Whether a permission is missing.
  package var isDenied: Bool {
    if case .refused(let refusal) = reason { refusal.isDenied } else { false }
  }

  /// Whether there is no such table, or not yet.
  package var isMissingTable: Bool {
    if case .refused(let refusal) = reason {
      refusal.code == "ResourceNotFoundException"
    } else {
      false
    }
  }

  /// What happened, with which table, and what to do.
  package var description: String {
    let call = "\(operation) on the table \(table)"
    return switch reason {
    case .refused(let refusal) where refusal.isDenied:
      "\(call): \(refusal) Grant the function's role dynamodb:\(operation) on the table."
    case .refused(let refusal) where isMissingTable:
      "\(call): \(refusal) Create the table, or correct its name."
    case .refused(let refusal): "\(call): \(refusal)"
    case .unanswered(let error): "\(call): \(error)"
    case .unreadable(let problem): "\(call): the answer can't be read: \(problem)."
    }
  }
}
