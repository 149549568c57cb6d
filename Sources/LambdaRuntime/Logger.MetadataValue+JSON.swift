import JSON
import Logging

extension Logger.MetadataValue {
  /// The value as JSON: numbers and truth values stay what they are, the rest is text.
  var json: JSONValue {
    switch self {
    case .string(let text): .string(text)
    case .stringConvertible(let value as Int): .integer(Int64(value))
    case .stringConvertible(let value as Int64): .integer(value)
    case .stringConvertible(let value as Double): .double(value)
    case .stringConvertible(let value as Bool): .bool(value)
    case .stringConvertible(let value): .string(value.description)
    case .array(let values): .array(values.map(\.json))
    case .dictionary(let members): .object(members.jsonMembers)
    }
  }
}

extension Logger.Metadata {
  /// The entries as members of an object, in the order of their keys.
  var jsonMembers: [(key: String, value: JSONValue)] {
    sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.json) }
  }
}
