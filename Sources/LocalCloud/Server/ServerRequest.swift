/// A request as it arrived.
package struct ServerRequest: Sendable, Equatable {
  /// A header field as it was sent.
  package struct Field: Sendable, Equatable {
    /// The name, in the sender's case.
    package var name: String
    /// The value without the white space around it.
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The method, as sent.
  package var method: String
  /// The request target, as sent: path and query, still percent-encoded.
  package var target: String
  /// The header fields in the order sent.
  package var headers: [Field]
  /// The body, with transfer encoding removed.
  package var body: [UInt8]
  /// The number of its connection to the server, counted from 1.
  package var connection: Int
  /// Its number on that connection, counted from 1.
  package var sequence: Int
  /// The request line and header lines, byte for byte, including the empty line at their end.
  package var head: [UInt8]

  /// The target before its `?`.
  package var path: String {
    String(decoding: target.utf8.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
  }

  /// The target after its first `?`; nil without one.
  package var query: String? {
    guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    return String(target[target.utf8.index(after: mark)...])
  }

  /// The body as text, with invalid UTF-8 replaced.
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// Returns all values of a field in the order sent; names compare without regard to case.
  package func values(of name: String) -> [String] {
    let name = name.lowercased()
    return headers.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// The last value of a field; nil when there is none.
  package subscript(name: String) -> String? { values(of: name).last }
}

extension ServerRequest {
  /// Creates a request that did not arrive over a connection.
  package init(method: String, target: String, headers: [(String, String)], body: [UInt8]) {
    self.init(
      method: method, target: target,
      headers: headers.map { Field(name: $0.0, value: $0.1) }, body: body, connection: 1,
      sequence: 1, head: [])
  }
}
