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

  /// Sorts by lower-case name; joins the values of one name with commas, in their order.
  private static func canonical(
    _ headers: [(name: String, value: String)]
  ) -> [(name: String, value: String)] {
    var values: [String: [String]] = [:]
    for header in headers {
      values[lowercased(header.name), default: []].append(folded(header.value))
    }
    return
      values
      .map { (name: $0.key, value: $0.value.joined(separator: ",")) }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func lowercased(_ name: String) -> String {
    String(
      decoding: name.utf8.map { byte in
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
      }, as: UTF8.self)
  }

  /// Trims, and makes one space of every run of white space, line breaks included.
  private static func folded(_ value: String) -> String {
    let spaces: [UInt8] = Array(" \t\r\n".utf8)
    return value.utf8
      .split(whereSeparator: { spaces.contains($0) })
      .map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: " ")
  }
}
