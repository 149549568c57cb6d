import JSON

/// A value of an item, of the types that the bridge uses.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
package enum AttributeValue: Hashable, Sendable {
  /// `S`.
  case string(String)
  /// `N`, as a whole number.
  case number(Int64)
  /// `SS`; DynamoDB has no empty set.
  case strings(Set<String>)

  package var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }

  package var numberValue: Int64? {
    if case .number(let number) = self { number } else { nil }
  }

  var stringsValue: Set<String>? {
    if case .strings(let texts) = self { texts } else { nil }
  }

  /// Reads a value; nil for one of another type, which somebody else wrote.
  init?(json: JSONValue) {
    if let text = json["S"]?.stringValue {
      self = .string(text)
    } else if let number = json["N"]?.stringValue.flatMap({ Int64($0) }) {
      self = .number(number)
    } else if let texts = json["SS"]?.arrayValue {
      self = .strings(Set(texts.compactMap(\.stringValue)))
    } else {
      return nil
    }
  }

  var json: JSONValue {
    switch self {
    case .string(let text): ["S": .string(text)]
    case .number(let number): ["N": .string("\(number)")]
    case .strings(let texts): ["SS": .array(texts.sorted().map { .string($0) })]
    }
  }
}

/// The attributes of an item by name; its key is among them where the answer has it.
package typealias Attributes = [String: AttributeValue]

extension Attributes {
  /// Reads attributes, and skips those of types that the bridge does not use.
  init(json: JSONValue) {
    self.init()
    for (name, value) in json.objectValue ?? [] { self[name] = AttributeValue(json: value) }
  }

  var json: JSONValue {
    .object(sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.json) })
  }
}

/// The key of an item: a partition, and a place in it.
package struct ItemKey: Hashable, Sendable {
  /// The names of the two attributes that every table of the bridge has as its key.
  package static let names = (partition: "pk", sort: "sk")

  /// The attribute `pk`.
  package var partition: String
  /// The attribute `sk`, by which the items of a partition are sorted.
  package var sort: String

  package init(partition: String, sort: String) {
    self.partition = partition
    self.sort = sort
  }

  /// Reads the key of an item.
  init?(_ attributes: Attributes) {
    guard let partition = attributes[ItemKey.names.partition]?.stringValue,
      let sort = attributes[ItemKey.names.sort]?.stringValue
    else { return nil }
    self.init(partition: partition, sort: sort)
  }

  var attributes: Attributes {
    [ItemKey.names.partition: .string(partition), ItemKey.names.sort: .string(sort)]
  }
}
