import CYajl

/// A bounded, streaming reader of one JSON document.
///
/// Stricter than yajl alone: lone surrogates, ill-formed UTF-8, too deep and too long documents
/// are refused.
package enum JSONReader {
  /// Reads a document and tells the visitor its parts.
  package static func read(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits(), into visitor: some JSONVisitor
  ) throws(JSONError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try read(buffer, limits: limits, into: visitor)
    }
  }

  /// Reads a document that stays in place until this returns.
  package static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits(),
    into visitor: some JSONVisitor
  ) throws(JSONError) {
    try check(bytes, limits)
    guard let told = JSONScanner.read(bytes, maxDepth: limits.maxDepth, into: visitor) else {
      return
    }
    try readWithYajl(bytes, limits: limits, told: told, into: visitor)
  }

  /// Reads any document. C: `yajl_parse`.
  ///
  /// - Parameter told: how many parts the visitor has been told already.
  package static func readWithYajl(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits = JSONLimits(), told: Int = 0,
    into visitor: some JSONVisitor
  ) throws(JSONError) {
    try check(bytes, limits)
    if let fault = JSONTextCheck(bytes).fault() { throw fault }
    var relay = JSONRelay(visitor, maxDepth: limits.maxDepth, told: told)
    if let error = parse(bytes, &relay) { throw error }
  }

  private static func check(
    _ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits
  ) throws(JSONError) {
    guard bytes.count <= limits.maxBytes else {
      throw JSONError(
        .tooLarge, offset: limits.maxBytes, "more than \(limits.maxBytes) bytes")
    }
    guard !bytes.allSatisfy(isWhiteSpace) else {
      throw JSONError(.empty, offset: bytes.count, "there is no value")
    }
  }

  private static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, _ relay: inout JSONRelay
  ) -> JSONError? {
    // yajl keeps the addresses of both, so they outlive the handle.
    withUnsafePointer(to: JSONRelay.callbacks()) { callbacks in
      withUnsafeMutablePointer(to: &relay) { relay in
        guard let handle = yajl_alloc(callbacks, nil, relay) else {
          return JSONError(.outOfMemory, offset: 0, "no memory for the parser")
        }
        defer { yajl_free(handle) }
        var status = yajl_parse(handle, bytes.baseAddress, bytes.count)
        let consumed = yajl_get_bytes_consumed(handle)
        guard status == yajl_status_ok else {
          return relay.pointee.error(at: consumed) ?? syntaxError(handle, at: consumed)
        }
        status = yajl_complete_parse(handle)
        guard status == yajl_status_ok else {
          return relay.pointee.error(at: bytes.count)
            ?? JSONError(.truncated, offset: bytes.count, "the document ends before its value")
        }
        return nil
      }
    }
  }

  /// C: `yajl_get_error`, not verbose, as the verbose text quotes the document.
  private static func syntaxError(_ handle: yajl_handle, at offset: Int) -> JSONError {
    guard let text = yajl_get_error(handle, 0, nil, 0) else {
      return JSONError(.syntax, offset: offset, "syntax error")
    }
    defer { yajl_free_error(handle, text) }
    let lines = String(cString: text).split(whereSeparator: \.isNewline)
    // yajl's sentence ends in a full stop; the error's goes on.
    let message = lines.joined(separator: " ").reversed().drop { $0 == "." || $0 == " " }
    return JSONError(.syntax, offset: offset, String(message.reversed()))
  }
}

/// How much of a document is read before it is refused.
package struct JSONLimits: Sendable, Equatable {
  /// Objects and arrays inside each other.
  package var maxDepth: Int
  /// Bytes of the document. Lambda's own limit for an event is 6 MiB.
  package var maxBytes: Int

  /// Creates limits.
  package init(maxDepth: Int = 64, maxBytes: Int = 8 << 20) {
    self.maxDepth = maxDepth
    self.maxBytes = maxBytes
  }
}
