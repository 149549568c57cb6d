package import JSON

/// One line that the function logged: its time and its members.
package struct LogRecord: Sendable, Equatable {
  /// When it was logged, in milliseconds since 1970; nil where nothing tells.
  package var milliseconds: Int64?
  /// The line's JSON object.
  package var members: JSONValue

  /// Creates a record.
  package init(milliseconds: Int64?, members: JSONValue) {
    self.milliseconds = milliseconds
    self.members = members
  }

  /// The member's value; nil without such a member.
  package subscript(name: String) -> JSONValue? { members[name] }

  /// A member that is a text.
  package func text(_ name: String) -> String? { members[name]?.stringValue }

  /// A member that is a number, rounded to a whole one.
  package func number(_ name: String) -> Int64? { members[name]?.wholeNumber }
}

extension JSONValue {
  /// A number, rounded to a whole one; nil for anything else and for what does not fit.
  var wholeNumber: Int64? {
    switch self {
    case .integer(let value): value
    case .double(let value): Int64(exactly: value.rounded())
    default: nil
    }
  }
}
