import JSON
import Logging

extension Logger.Metadata {
  /// Creates the fields of a log line from the members of a JSON object; numbers stay numbers.
  init(members object: JSONValue) {
    self = Dictionary(
      (object.objectValue ?? []).map { ($0.key, Logger.MetadataValue($0.value)) },
      uniquingKeysWith: { first, _ in first })
  }
}

extension Logger.MetadataValue {
  fileprivate init(_ json: JSONValue) {
    self =
      switch json {
      case .null: "null"
      case .bool(let value): .stringConvertible(value)
      case .integer(let value): .stringConvertible(value)
      case .double(let value): .stringConvertible(value)
      case .string(let text): .string(text)
      case .array(let values): .array(values.map { Logger.MetadataValue($0) })
      case .written(let text): .string(String(decoding: text, as: UTF8.self))
      case .object: .dictionary(Logger.Metadata(members: json))
      }
  }
}
