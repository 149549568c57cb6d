import Encoding

/// The second at which a request is signed, in the two spellings of the signature.
public struct SigningDate: Sendable, Equatable, CustomStringConvertible {
  /// `yyyyMMdd`, the day the signing key is good for.
  public let day: String
  /// `yyyyMMdd'T'HHmmss'Z'`, the value of `X-Amz-Date`.
  public let timestamp: String

  /// Creates the date from milliseconds since 1970-01-01T00:00:00Z.
  ///
  /// Because four digits spell only the years 0 to 9999, a date outside them becomes the nearest
  /// second inside.
  public init(millisecondsSinceEpoch: Int64) {
    let milliseconds = min(max(millisecondsSinceEpoch, -62_167_219_200_000), 253_402_300_799_999)
    let date = CivilTime(millisecondsSinceEpoch: milliseconds)
    day = date.filled("yyyyMMdd")
    timestamp = date.filled("yyyyMMddTHHmmssZ")
  }

  /// The timestamp.
  public var description: String { timestamp }
}
