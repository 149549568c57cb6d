// What the fields of a record say.
extension EventDocument.Fields {
  /// Returns a field as text; the JSON reader has checked that it is UTF-8.
  func text(_ field: EventField) -> String? {
    with(field) { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a field is there and has this text.
  func says(_ field: EventField, _ text: StaticString) -> Bool {
    with(field) { bytes in
      let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      return bytes.count == wanted.count && bytes.elementsEqual(wanted)
    } ?? false
  }

  /// Returns a field as a whole number; nil when it is none that fits.
  func number(_ field: EventField) -> Int64? {
    let number: Int64?? = with(field) { bytes in
      guard (1...18).contains(bytes.count) else {
        return Int64(String(decoding: bytes, as: UTF8.self))
      }
      var number: Int64 = 0
      for byte in bytes {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
          return Int64(String(decoding: bytes, as: UTF8.self))
        }
        number = number * 10 + Int64(byte - UInt8(ascii: "0"))
      }
      return number
    }
    return number ?? nil
  }

  /// Returns a field as text, or nil when it is empty too.
  func nonEmptyText(_ field: EventField) -> String? {
    text(field).flatMap { $0.isEmpty ? nil : $0 }
  }
}
