import Encoding

/// A URL as a viewer asks for it.
struct ViewerURL {
  /// The URL as it was given.
  let text: String
  let scheme: String
  /// The host name in lower case, without port.
  let host: String
  /// Path and query as they are sent; at least `/`.
  let target: String

  /// The path without the query.
  var path: String { String(target.prefix { $0 != "?" }) }
  /// Whether it has a query.
  var hasQuery: Bool { target.contains("?") }
  /// The path's bytes, decoded.
  var decodedPath: [UInt8] { ViewerURL.decoded(path) }
  /// The last part of the path.
  var name: Substring { path.split(separator: "/").last ?? "" }

  /// Takes a URL apart; without a scheme it is `https`.
  init(_ given: String) throws(CommandFailure) {
    let text = given.contains("://") ? given : "https://\(given)"
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let scheme = parts[0].dropLast().lowercased()
    guard parts.count > 2, ["https", "http"].contains(scheme), !parts[2].isEmpty,
      !parts[2].contains("@"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw CommandFailure(
        .usage,
        "--url \(given) is no URL such as https://www.example.com/a.html. Spaces and letters beyond"
          + " ASCII must be percent-encoded.")
    }
    self.scheme = scheme
    host = parts[2].prefix { $0 != ":" }.lowercased()
    let rest = (parts.count > 3 ? parts[3] : "").prefix { $0 != "#" }
    target = "/" + rest
    self.text = "\(scheme)://\(parts[2])\(target)"
  }

  private static func decoded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count > 1,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
