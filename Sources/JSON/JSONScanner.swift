/// Reads documents without faults, several times as fast as yajl.
///
/// At the first fault it gives up: then yajl reads the document from its start, tells the visitor
/// what it was not told yet, and says what is wrong. So all that it reads, it must read as yajl
/// does, which the tests compare.
struct JSONScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let maxDepth: Int
  private var at = 0
  private var depth = 0
  /// How many keys, scalars, beginnings and ends were read, unwanted ones too.
  private(set) var parts = 0
  /// Room for a string without its escapes, which is never longer than with them.
  private var room: UnsafeMutableRawPointer?

  private init(_ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
    self.bytes = bytes
    self.maxDepth = maxDepth
  }

  /// Reads a document up to its first fault.
  ///
  /// - Returns: how many parts yajl need not tell any more; nil when it has been read to its end.
  static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int, into visitor: any JSONVisitor
  ) -> Int? {
    var scanner = JSONScanner(bytes, maxDepth: maxDepth)
    defer { scanner.room?.deallocate() }
    scanner.skipSpace()
    guard scanner.readValue(visitor, isWanted: true) else { return scanner.parts }
    scanner.skipSpace()
    return scanner.at == bytes.count ? nil : scanner.parts
  }

  /// The byte that stands here; at the document's end zero, which no part begins with.
  private var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

  private mutating func readValue(_ visitor: any JSONVisitor, isWanted: Bool) -> Bool {
    switch byte {
    case JSONScanner.quote:
      guard let text = readString(isWanted: isWanted) else { return false }
      if isWanted { visitor.scalar(.string(text)) }
    case UInt8(ascii: "{"): return readObject(visitor, isWanted: isWanted)
    case UInt8(ascii: "["): return readArray(visitor, isWanted: isWanted)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let start = at
      guard skipNumber() else { return false }
      if isWanted {
        visitor.scalar(.number(UnsafeBufferPointer(rebasing: bytes[start..<at])))
      }
    case UInt8(ascii: "t"):
      guard skip("true") else { return false }
      if isWanted { visitor.scalar(.bool(true)) }
    case UInt8(ascii: "f"):
      guard skip("false") else { return false }
      if isWanted { visitor.scalar(.bool(false)) }
    case UInt8(ascii: "n"):
      guard skip("null") else { return false }
      if isWanted { visitor.scalar(.null) }
    default: return false
    }
    parts += 1
    return true
  }

  private mutating func readObject(_ visitor: any JSONVisitor, isWanted: Bool) -> Bool {
    guard enter() else { return false }
    if isWanted { visitor.objectBegins() }
    if byte == UInt8(ascii: "}") {
      at += 1
    } else {
      repeat {
        guard byte == JSONScanner.quote, let name = readString(isWanted: isWanted) else {
          return false
        }
        parts += 1
        let isValueWanted = isWanted && visitor.key(name)
        skipSpace()
        guard byte == UInt8(ascii: ":") else { return false }
        at += 1
        skipSpace()
        guard readValue(visitor, isWanted: isValueWanted) else { return false }
      } while skipComma()
      guard byte == UInt8(ascii: "}") else { return false }
      at += 1
    }
    depth -= 1
    parts += 1
    if isWanted { visitor.objectEnds() }
    return true
  }

  private mutating func readArray(_ visitor: any JSONVisitor, isWanted: Bool) -> Bool {
    guard enter() else { return false }
    if isWanted { visitor.arrayBegins() }
    if byte == UInt8(ascii: "]") {
      at += 1
    } else {
      repeat {
        guard readValue(visitor, isWanted: isWanted) else { return false }
      } while skipComma()
      guard byte == UInt8(ascii: "]") else { return false }
      at += 1
    }
    depth -= 1
    parts += 1
    if isWanted { visitor.arrayEnds() }
    return true
  }

  /// Passes over a bracket and the white space after it; false when that is too deep.
  private mutating func enter() -> Bool {
    guard depth < maxDepth else { return false }
    depth += 1
    parts += 1
    at += 1
    skipSpace()
    return true
  }

  /// Passes over a comma and the white space around it; false where there is none.
  private mutating func skipComma() -> Bool {
    skipSpace()
    guard byte == UInt8(ascii: ",") else { return false }
    at += 1
    skipSpace()
    return true
  }

  private mutating func skipSpace() {
    while byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard count <= bytes.count - at else { return false }
    for place in 0..<count where bytes[at + place] != word.utf8Start[place] { return false }
    at += count
    return true
  }

  private mutating func skipNumber() -> Bool {
    if byte == UInt8(ascii: "-") { at += 1 }
    if byte == UInt8(ascii: "0") {
      at += 1
    } else {
      guard skipDigits() else { return false }
    }
    if byte == UInt8(ascii: ".") {
      at += 1
      guard skipDigits() else { return false }
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      at += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { at += 1 }
      guard skipDigits() else { return false }
    }
    return true
  }

  /// Passes over digits; false where there is none.
  private mutating func skipDigits() -> Bool {
    let start = at
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
    return at > start
  }

  /// Reads the string that begins here; nil at what no string contains. The bytes of one that is
  /// not wanted mean nothing.
  private mutating func readString(isWanted: Bool) -> UnsafeBufferPointer<UInt8>? {
    let start = at + 1
    var place = start
    while place + 8 <= bytes.count {
      let ends = JSONScanner.endsOfRun(in: word(at: place))
      place += ends == 0 ? 8 : ends.trailingZeroBitCount / 8
      if ends != 0 { break }
    }
    guard place < bytes.count, bytes[place] == JSONScanner.quote else {
      return readEscapes(from: start, isWanted: isWanted)
    }
    at = place + 1
    return UnsafeBufferPointer(rebasing: bytes[start..<place])
  }

  /// Reads a string that is more than a run of plain ASCII, from the byte after its quote on.
  private mutating func readEscapes(
    from start: Int, isWanted: Bool
  ) -> UnsafeBufferPointer<UInt8>? {
    // Eight bytes are copied at a time, of which those after the run are written over.
    let text = room ?? UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 8, alignment: 8)
    room = text
    var count = 0
    func add(_ byte: UInt8) {
      text.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
      count += 1
    }
    var place = start
    while place < bytes.count {
      if place + 8 <= bytes.count {
        let word = word(at: place)
        if isWanted { text.storeBytes(of: word, toByteOffset: count, as: UInt64.self) }
        let ends = JSONScanner.endsOfRun(in: word)
        let plain = ends == 0 ? 8 : ends.trailingZeroBitCount / 8
        place += plain
        count += plain
        guard ends != 0 else { continue }
      }
      switch bytes[place] {
      case JSONScanner.quote:
        at = place + 1
        return UnsafeBufferPointer(
          start: text.assumingMemoryBound(to: UInt8.self), count: isWanted ? count : 0)
      case JSONScanner.backslash:
        guard place + 1 < bytes.count else { return nil }
        if let byte = JSONScanner.byte(ofEscape: bytes[place + 1]) {
          add(byte)
          place += 2
        } else {
          guard let (scalar, length) = codeUnits(at: place) else { return nil }
          for byte in scalar.utf8 { add(byte) }
          place += length
        }
      case 0..<0x20: return nil
      default:
        let sequence = UTF8Sequence(in: bytes, at: place)
        guard sequence.scalar != nil else { return nil }
        for byte in bytes[place..<place + sequence.length] { add(byte) }
        place += sequence.length
      }
    }
    return nil
  }

  /// What an escape of one character stands for; nil for any other.
  private static func byte(ofEscape character: UInt8) -> UInt8? {
    switch character {
    case quote, backslash, UInt8(ascii: "/"): character
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// What an escape of one code unit or two stands for, and how long it is; nil where there is
  /// none, and where it is half of a surrogate pair.
  private func codeUnits(at place: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    let check = JSONTextCheck(bytes)
    guard let unit = check.codeUnit(at: place) else { return nil }
    guard (0xD800...0xDBFF).contains(unit) else {
      return Unicode.Scalar(unit).map { ($0, 6) }
    }
    guard let low = check.codeUnit(at: place + 6), (0xDC00...0xDFFF).contains(low) else {
      return nil
    }
    return Unicode.Scalar(0x10000 + (UInt32(unit) & 0x3FF) << 10 | UInt32(low) & 0x3FF)
      .map { ($0, 12) }
  }

  /// The eight bytes from a place on, the first one lowest. The document must have them.
  private func word(at place: Int) -> UInt64 {
    UInt64(
      littleEndian: UnsafeRawBufferPointer(bytes)
        .loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// Returns zero unless one of eight bytes ends a run of plain ASCII in a string: a quote, a
  /// backslash, a control character, or what is not ASCII. The lowest bit that is set is the
  /// highest one of the first such byte; those above it mean nothing.
  private static func endsOfRun(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* UInt64(quote))
    let backslashes = word ^ (ones &* UInt64(backslash))
    // A byte that is less than what is subtracted gets its highest bit, unless it had it before.
    let found =
      (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
      | (word &- (ones &* 0x20)) & ~word | word
    return found & 0x8080_8080_8080_8080
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
}
