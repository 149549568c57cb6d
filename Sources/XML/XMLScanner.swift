/// Reads documents of the plain kind that services write, several times as fast as expat.
///
/// It knows elements, text in UTF-8, the five named entities and a namespace without a prefix. At
/// everything else, and at every fault, it gives up: then expat reads the document from its start,
/// and says what is wrong. So all that it reads, it must read as expat does, which the tests
/// compare.
struct XMLScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  /// What kind each byte is of.
  private let kinds: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var builder: XMLBuilder
  /// The names of the open elements.
  private var open: [Range<Int>] = []

  /// Returns a document's root; nil when it is not plain. The parameters are those of
  /// ``XMLReader/read(_:limits:streaming:keeping:to:)``.
  static func read(
    _ bytes: [UInt8], limits: XMLLimits, streaming element: String?, keeping shape: XMLShape?,
    to body: @escaping (XMLElement) -> Void
  ) -> XMLElement? {
    bytes.withUnsafeBufferPointer { bytes in
      kindTable.withUnsafeBufferPointer { kinds in
        let builder = XMLBuilder(
          parser: nil, limits: limits, streamed: element, shape: shape, body: body)
        var scanner = XMLScanner(bytes: bytes, kinds: kinds, builder: builder)
        return scanner.readDocument() ? scanner.builder.root : nil
      }
    }
  }

  private init(
    bytes: UnsafeBufferPointer<UInt8>, kinds: UnsafeBufferPointer<UInt8>, builder: XMLBuilder
  ) {
    self.bytes = bytes
    self.kinds = kinds
    self.builder = builder
  }

  /// Reads everything; false when something is not plain.
  private mutating func readDocument() -> Bool {
    if !skip(#"<?xml version="1.0" encoding="UTF-8"?>"#) { _ = skip(#"<?xml version="1.0"?>"#) }
    skipSpace()
    guard at + 1 < bytes.count, bytes[at] == XMLScanner.less else { return false }
    repeat {
      // Here a tag begins.
      guard at + 1 < bytes.count else { return false }
      let isRead = bytes[at + 1] == XMLScanner.slash ? readEnd() : readBeginning()
      guard isRead, builder.failure == nil else { return false }
      // Between most tags there is no text.
      let isTag = at < bytes.count && bytes[at] == XMLScanner.less
      guard open.isEmpty || isTag || readText() else { return false }
    } while !open.isEmpty
    skipSpace()
    return at == bytes.count && builder.failure == nil
  }

  private mutating func readBeginning() -> Bool {
    let start = at + 1
    at = start
    skipName()
    guard at > start, at < bytes.count, kinds[Int(bytes[start])] == XMLScanner.letter
    else { return false }
    let name = start..<at
    if bytes[at] == UInt8(ascii: " "), !skipNamespace() { return false }
    let isEmpty = at < bytes.count && bytes[at] == XMLScanner.slash
    if isEmpty { at += 1 }
    guard at < bytes.count, bytes[at] == XMLScanner.greater else { return false }
    at += 1
    builder.begin(UnsafeBufferPointer(rebasing: bytes[name]))
    if isEmpty {
      builder.end()
    } else {
      open.append(name)
    }
    return true
  }

  private mutating func readEnd() -> Bool {
    guard let name = open.popLast() else { return false }
    at += 2
    guard at + name.count < bytes.count, skip(name), bytes[at] == XMLScanner.greater else {
      return false
    }
    at += 1
    builder.end()
    return true
  }

  /// Reads text up to the next tag; false at what text can't contain, and at the document's end.
  private mutating func readText() -> Bool {
    var start = at
    while true {
      while at < bytes.count, kinds[Int(bytes[at])] & XMLScanner.other == 0 { at += 1 }
      guard at < bytes.count else { return false }
      let byte = bytes[at]
      if byte >= 0x80 {
        guard let count = countOfCharacter() else { return false }
        at += count
        continue
      }
      if !builder.isPassingOver, at > start {
        builder.append(UnsafeBufferPointer(rebasing: bytes[start..<at]))
      }
      if byte == XMLScanner.less { return true }
      guard byte == UInt8(ascii: "&"), readEntity() else { return false }
      start = at
    }
  }

  private mutating func readEntity() -> Bool {
    for (entity, character) in XMLScanner.entities where skip(entity) {
      withUnsafeBytes(of: character) { builder.append($0.assumingMemoryBound(to: UInt8.self)) }
      return true
    }
    return false
  }

  /// The length of the character of several bytes that begins here; nil when it is not well-formed.
  /// Of three bytes it takes those below U+F000, which leaves out two that XML forbids.
  private func countOfCharacter() -> Int? {
    func isContinued(_ count: Int, _ second: ClosedRange<UInt8> = 0x80...0xBF) -> Int? {
      guard at + count <= bytes.count, second.contains(bytes[at + 1]) else { return nil }
      for place in at + 2..<at + count where bytes[place] & 0xC0 != 0x80 { return nil }
      return count
    }
    switch bytes[at] {
    case 0xC2...0xDF: return isContinued(2)
    case 0xE0: return isContinued(3, 0xA0...0xBF)
    case 0xED: return isContinued(3, 0x80...0x9F)
    case 0xE1...0xEE: return isContinued(3)
    case 0xF0: return isContinued(4, 0x90...0xBF)
    case 0xF1...0xF3: return isContinued(4)
    case 0xF4: return isContinued(4, 0x80...0x8F)
    default: return nil
    }
  }

  /// Passes over the one attribute that services write, a namespace without a prefix.
  private mutating func skipNamespace() -> Bool {
    guard skip(#" xmlns=""#) else { return false }
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      guard (0x21...0x7E).contains(bytes[at]), bytes[at] != XMLScanner.less,
        bytes[at] != UInt8(ascii: "&")
      else { return false }
      at += 1
    }
    at += 1
    return at < bytes.count
  }

  /// Passes over a text if it stands here.
  private mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard at + count <= bytes.count else { return false }
    for place in 0..<count where bytes[at + place] != text.utf8Start[place] { return false }
    at += count
    return true
  }

  private mutating func skipSpace() {
    while at < bytes.count,
      bytes[at] == 0x20 || bytes[at] == UInt8(ascii: "\n") || bytes[at] == UInt8(ascii: "\t")
    {
      at += 1
    }
  }

  private mutating func skipName() {
    var place = at
    while place < bytes.count {
      // Letters eight at a time, except for the last ones of the document.
      if place + 8 <= bytes.count {
        let ends = XMLScanner.endsOfLetters(in: word(at: place))
        place += ends == 0 ? 8 : ends.trailingZeroBitCount / 8
        if ends == 0 { continue }
      }
      guard kinds[Int(bytes[place])] & (XMLScanner.letter | XMLScanner.inName) != 0 else { break }
      place += 1
    }
    at = place
  }

  /// Passes over a name that stood before, if it stands here. There must be as many bytes.
  private mutating func skip(_ name: Range<Int>) -> Bool {
    let (start, count) = (name.lowerBound, name.count)
    var done = 0
    while done < count {
      if at + done + 8 <= bytes.count {
        var difference = word(at: at + done) ^ word(at: start + done)
        // Of the last word, only the bytes of the name count.
        if count - done < 8 { difference &<<= UInt64(64 - 8 * (count - done)) }
        guard difference == 0 else { return false }
        done += 8
      } else {
        guard bytes[at + done] == bytes[start + done] else { return false }
        done += 1
      }
    }
    at += count
    return true
  }

  /// The eight bytes from a place on, the first one lowest. The document must have them.
  private func word(at place: Int) -> UInt64 {
    UInt64(
      littleEndian: UnsafeRawBufferPointer(bytes)
        .loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// Returns the highest bits of those of eight bytes that are no ASCII letters.
  private static func endsOfLetters(in word: UInt64) -> UInt64 {
    // Adding to seven bits sets the eighth in those that are large enough.
    let lowercase = (word & ~highs) | (ones &* 0x20)
    let fromA = lowercase &+ (ones &* (0x80 - UInt64(UInt8(ascii: "a"))))
    let afterZ = lowercase &+ (ones &* (0x7F - UInt64(UInt8(ascii: "z"))))
    return (~fromA | afterZ | word) & highs
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  private static let less = UInt8(ascii: "<")
  private static let greater = UInt8(ascii: ">")
  private static let slash = UInt8(ascii: "/")

  private static let entities: [(StaticString, UInt8)] = [
    ("&amp;", UInt8(ascii: "&")), ("&lt;", UInt8(ascii: "<")), ("&gt;", UInt8(ascii: ">")),
    ("&quot;", UInt8(ascii: "\"")), ("&apos;", UInt8(ascii: "'")),
  ]

  /// A byte that a name may begin with.
  private static let letter: UInt8 = 1
  /// A byte that may only follow.
  private static let inName: UInt8 = 2
  /// A byte that ends a run of plain text. A `]` may begin what text can't contain.
  private static let other: UInt8 = 4

  private static let kindTable: [UInt8] = (0...UInt8.max).map { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): inName
    case UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "]"): other
    case 0x20...0x7E, UInt8(ascii: "\n"), UInt8(ascii: "\t"): 0
    default: other
    }
  }
}
