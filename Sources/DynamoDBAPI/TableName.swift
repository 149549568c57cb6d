/// The name of a table, or its ARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/name`.
package struct TableName: Hashable, Sendable, CustomStringConvertible {
  /// The name or the ARN, as calls spell it.
  package let description: String
  /// The region that an ARN names.
  package let region: String?

  /// Takes a name or an ARN; nil when it is neither.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var name = Substring(text)
    if parts.count == 6, parts[0] == "arn", parts[2] == "dynamodb", parts[5].hasPrefix("table/") {
      guard !parts[3].isEmpty, parts[3].utf8.allSatisfy(TableName.isNameByte),
        !parts[4].isEmpty, parts[4].utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      region = parts[3]
      name = parts[5].dropFirst("table/".count)
    } else {
      region = nil
    }
    guard (3...255).contains(name.utf8.count), name.utf8.allSatisfy(TableName.isNameByte) else {
      return nil
    }
    description = text
  }

  /// Letters, digits, `-`, `.` and `_`.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
      || byte == 0x2D || byte == 0x2E || byte == 0x5F
  }
}
