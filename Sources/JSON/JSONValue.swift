/// A whole JSON value, to be written or read from a small document at once.
///
/// Equality compares strings byte by byte, objects in order.
package indirect enum JSONValue: Sendable {
  /// `null`.
  case null
  /// A truth value.
  case bool(Bool)
  /// A whole number that fits.
  case integer(Int64)
  /// Any other number. Infinity and NaN are written as `null`.
  case double(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in order. Of several with one key, ``subscript(_:)`` finds the last.
  case object([(key: String, value: JSONValue)])
  /// The text of a value that was written before, for one that stands in many places.
  case written([UInt8])
}

extension JSONValue {
  /// The member's value; nil without such a member and for anything but an object.
  package subscript(key: String) -> JSONValue? {
    objectValue?.last { isSame($0.key, key) }?.value
  }

  /// The text of a string.
  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The values of an array.
  package var arrayValue: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The members of an object.
  package var objectValue: [(key: String, value: JSONValue)]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// Returns an object with the members of this one and then those of another. A value that is not
  /// an object has no members.
  package func adding(_ other: JSONValue) -> JSONValue {
    .object((objectValue ?? []) + (other.objectValue ?? []))
  }

  /// A number written without fraction and exponent that fits.
  package var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// A truth value.
  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }
}

extension JSONValue: Equatable {
  /// Compares strings and keys byte by byte.
  package static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.double(let left), .double(let right)): left == right
    case (.string(let left), .string(let right)): isSame(left, right)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)):
      left.elementsEqual(right) { isSame($0.key, $1.key) && $0.value == $1.value }
    case (.written(let left), .written(let right)): left == right
    default: false
    }
  }
}

/// Compares byte by byte, since `String.==` takes composed and decomposed characters for equal, and
/// S3 does not.
private func isSame(_ left: String, _ right: String) -> Bool {
  left.utf8.elementsEqual(right.utf8)
}
