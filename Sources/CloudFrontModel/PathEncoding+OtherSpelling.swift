import Encoding

extension PathEncoding {
  /// Returns an encoded name in which one kind of characters has the other spelling that viewers
  /// may choose; nil when none of its characters has one.
  ///
  /// The kinds stand in the order of the table in `docs/planning.md`. Only the first one that
  /// occurs changes: with more than one, CloudFront could accept a path that no viewer asks for.
  static func otherSpelling(of name: some Collection<UInt8>) -> [UInt8]? {
    let units = units(of: Array(name)[...])
    for other in [otherPunctuation, otherPlus, otherTilde, otherCase] {
      let respelled = units.flatMap { other($0) ?? Array($0) }
      if !respelled.elementsEqual(name) { return respelled }
    }
    return nil
  }

  /// Splits a name into single bytes and whole escapes.
  private static func units(of name: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var units: [ArraySlice<UInt8>] = []
    var rest = name
    while let first = rest.first {
      units.append(rest.prefix(first == UInt8(ascii: "%") ? 3 : 1))
      rest = rest.dropFirst(units.last?.count ?? 1)
    }
    return units
  }

  private static let punctuation = Set("!$&'(),;=:@".utf8)

  private static func otherPunctuation(_ unit: ArraySlice<UInt8>) -> [UInt8]? {
    guard let byte = unit.first, unit.count == 1, punctuation.contains(byte) else { return nil }
    return PercentEncoding.segment.encode([byte])
  }

  private static func otherPlus(_ unit: ArraySlice<UInt8>) -> [UInt8]? {
    if unit.elementsEqual("+".utf8) { return Array("%2B".utf8) }
    return unit.elementsEqual("%2B".utf8) ? Array("+".utf8) : nil
  }

  private static func otherTilde(_ unit: ArraySlice<UInt8>) -> [UInt8]? {
    unit.elementsEqual("%7E".utf8) ? Array("~".utf8) : nil
  }

  /// The escape of a byte of a letter such as `é`, in lower case.
  private static func otherCase(_ unit: ArraySlice<UInt8>) -> [UInt8]? {
    guard unit.count == 3, let high = unit.dropFirst().first, let value = Hex.value(ofDigit: high),
      value >= 8
    else { return nil }
    return unit.map { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) ? $0 | 0x20 : $0 }
  }
}
