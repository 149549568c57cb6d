import Digest
import Encoding

/// The one spelling of a request that both sides hash.
///
/// It contains the session token in clear, so it must not be logged.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
public struct CanonicalRequest: Sendable, Equatable {
  /// The whole text.
  public let text: String
  /// The lower-case names of the signed fields, sorted and joined with `;`.
  public let signedHeaders: String

  /// Spells a request.
  ///
  /// - Parameters:
  ///   - normalizingPath: whether dot segments and repeated slashes go; S3 alone keeps them.
  ///   - encodingPathAgain: whether the path is encoded once more; S3 alone leaves it as sent.
  public init(
    _ request: SigningRequest, normalizingPath: Bool = true, encodingPathAgain: Bool = true
  ) {
    let headers = CanonicalRequest.canonical(request.headers + [("host", request.host)])
    signedHeaders = headers.map(\.name).joined(separator: ";")
    let path = normalizingPath ? CanonicalRequest.normalized(request.path) : request.path
    text = [
      request.method,
      path.isEmpty ? "/" : encodingPathAgain ? PercentEncoding.path.encode(path) : path,
      request.encodedQuery,
      headers.map { "\($0.name):\($0.value)\n" }.joined(),
      signedHeaders,
      Hex.encode(SHA256.digest(of: request.body)),
    ].joined(separator: "\n")
  }

  /// Drops empty and `.` segments, lets `..` take the one before it; a closing slash stays.
  private static func normalized(_ path: String) -> String {
    // Nearly no path has any.
    if path.utf8.first == UInt8(ascii: "/"), !hasDotOrEmptySegment(path) { return path }
    var kept: [Substring] = []
    for segment in path.split(separator: "/") {
      switch segment {
      case ".": continue
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    let closing = path.utf8.last == UInt8(ascii: "/") && !kept.isEmpty ? "/" : ""
    return "/" + kept.joined(separator: "/") + closing
  }

  private static func hasDotOrEmptySegment(_ path: String) -> Bool {
    var previous = UInt8(0)
    for byte in path.utf8 {
      if previous == UInt8(ascii: "/"), byte == previous || byte == UInt8(ascii: ".") {
        return true
      }
      previous = byte
    }
    return false
  }

  /// Sorts by lower-case name; joins the values of one name with commas, in their order.
  private static func canonical(
    _ headers: [(name: String, value: String)]
  ) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    for header in headers {
      let (name, value) = (lowercased(header.name), folded(header.value))
      if let known = fields.firstIndex(where: { $0.name == name }) {
        fields[known].value += "," + value
      } else {
        fields.append((name, value))
      }
    }
    return fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func lowercased(_ name: String) -> String {
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard name.utf8.contains(where: { capitals.contains($0) }) else { return name }
    return String(
      decoding: name.utf8.map { capitals.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// Trims, and makes one space of every run of white space, line breaks included.
  private static func folded(_ value: String) -> String {
    func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }
    guard value.utf8.contains(where: isSpace) else { return value }
    return value.utf8
      .split(whereSeparator: isSpace)
      .map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: " ")
  }
}
