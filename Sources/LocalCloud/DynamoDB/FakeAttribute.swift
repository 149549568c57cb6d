/// A value of an item in the fake: the types `S`, `N` and `SS`.
package enum FakeAttribute: Hashable, Sendable {
  case text(String)
  /// A whole number.
  case number(Int64)
  case texts(Set<String>)

  /// Decodes a value; anything else is DynamoDB's ValidationException.
  init(json: Any) throws(DynamoDBProblem) {
    guard let object = json as? JSONObject, object.count == 1 else {
      throw .invalid("An attribute value must have exactly one type.")
    }
    if let text = object["S"] as? String {
      self = .text(text)
    } else if let digits = object["N"] as? String {
      guard let number = Int64(digits) else {
        throw .invalid("The fake takes whole numbers alone, not \(digits).")
      }
      self = .number(number)
    } else if let texts = object["SS"] as? [String] {
      guard !texts.isEmpty, Set(texts).count == texts.count else {
        throw .invalid("One or more parameter values were invalid: a set is empty or repeats.")
      }
      self = .texts(Set(texts))
    } else {
      throw .invalid("The fake knows the types S, N and SS alone.")
    }
  }

  var json: JSONObject {
    switch self {
    case .text(let text): ["S": text]
    case .number(let number): ["N": "\(number)"]
    case .texts(let texts): ["SS": texts.sorted()]
    }
  }

  /// Whether this value is less than another; nil when they can't be compared.
  func isLess(than other: FakeAttribute) -> Bool? {
    switch (self, other) {
    case (.text(let left), .text(let right)): Array(left.utf8).lexicographicallyPrecedes(right.utf8)
    case (.number(let left), .number(let right)): left < right
    default: nil
    }
  }

  /// Whether two values are the same, bytewise where they are texts.
  func isSame(as other: FakeAttribute) -> Bool {
    if case .text(let left) = self, case .text(let right) = other {
      return Array(left.utf8) == Array(right.utf8)
    }
    return self == other
  }
}

/// An item of the fake, its key among the attributes.
package typealias FakeItem = [String: FakeAttribute]

extension FakeItem {
  /// Decodes the attributes of an item.
  init(attributes json: Any?) throws(DynamoDBProblem) {
    self.init()
    guard let object = json as? JSONObject else { throw .invalid("There are no attributes.") }
    for (name, value) in object { self[name] = try FakeAttribute(json: value) }
  }

  var json: JSONObject { mapValues(\.json) }
}

/// An error answer of DynamoDB.
struct DynamoDBProblem: Error {
  var status = 400
  /// The code without the namespace before it.
  var code: String
  var message: String
  /// The item as it was, beside the code.
  var item: FakeItem?

  static func invalid(_ message: String) -> DynamoDBProblem {
    DynamoDBProblem(code: "ValidationException", message: message)
  }

  static let noTable = DynamoDBProblem(
    code: "ResourceNotFoundException", message: "Requested resource not found")
}
