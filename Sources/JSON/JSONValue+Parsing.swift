extension JSONValue {
  /// Reads a small document as a whole. For events use ``JSONReader``, which keeps nothing.
  package static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits())
    throws(JSONError) -> JSONValue
  {
    let builder = JSONBuilder()
    try JSONReader.read(bytes, limits: limits, into: builder)
    return builder.root
  }
}

/// Builds a value from its parts.
private final class JSONBuilder: JSONVisitor {
  private enum Container {
    case array([JSONValue])
    case object([(key: String, value: JSONValue)], key: String)
  }

  private(set) var root = JSONValue.null
  private var open: [Container] = []

  func objectBegins() { open.append(.object([], key: "")) }

  func arrayBegins() { open.append(.array([])) }

  func objectEnds() { close() }

  func arrayEnds() { close() }

  func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    guard case .object(let members, _)? = open.popLast() else { return true }
    open.append(.object(members, key: String(decoding: utf8, as: UTF8.self)))
    return true
  }

  func scalar(_ value: JSONScalar) {
    switch value {
    case .string(let utf8): add(.string(String(decoding: utf8, as: UTF8.self)))
    case .number(let text): add(Self.number(String(decoding: text, as: UTF8.self)))
    case .bool(let value): add(.bool(value))
    case .null: add(.null)
    }
  }

  private static func number(_ text: String) -> JSONValue {
    if let value = Int64(text) { return .integer(value) }
    return .double(Double(text) ?? .nan)
  }

  private func close() {
    switch open.popLast() {
    case .array(let values): add(.array(values))
    case .object(let members, _): add(.object(members))
    case nil: return
    }
  }

  private func add(_ value: JSONValue) {
    // Taken out of the stack before it grows, so that the array is not copied each time.
    switch open.popLast() {
    case .array(var values):
      values.append(value)
      open.append(.array(values))
    case .object(var members, let key):
      members.append((key: key, value: value))
      open.append(.object(members, key: key))
    case nil: root = value
    }
  }
}
