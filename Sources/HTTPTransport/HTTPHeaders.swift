/// An ordered list of header fields whose names compare without regard to ASCII case.
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// The fields in the order they were added, names spelled as given.
  public private(set) var fields: [(name: String, value: String)]

  /// Creates a list from `name: value` pairs, in their order.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// Adds a field after the others; an earlier field of the same name stays.
  public mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// Returns the last value of a field, or nil when there is none.
  ///
  /// The last one wins, as in every Lambda runtime client.
  public subscript(name: String) -> String? {
    fields.last { HTTPHeaders.sameName($0.name, name) }?.value
  }

  /// Removes all fields.
  public mutating func removeAll() {
    fields.removeAll(keepingCapacity: true)
  }

  /// Compares two lists field by field; names without regard to case, values exactly.
  public static func == (left: HTTPHeaders, right: HTTPHeaders) -> Bool {
    left.fields.count == right.fields.count
      && zip(left.fields, right.fields).allSatisfy {
        sameName($0.name, $1.name) && $0.value == $1.value
      }
  }

  static func sameName(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
      && left.utf8.elementsEqual(right.utf8) { lower($0) == lower($1) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
