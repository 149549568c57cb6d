/// Where Lambda's Runtime API listens: a host and a port.
public struct RuntimeEndpoint: Sendable, Equatable {
  /// The variable in which Lambda passes it.
  public static let variable = "AWS_LAMBDA_RUNTIME_API"

  /// Host and port as given.
  public let authority: String

  /// Reads the variable's value; nil unless it is a host with an optional port.
  public init?(_ text: String) {
    let (host, port) = RuntimeEndpoint.split(text)
    guard RuntimeEndpoint.isHost(host) else { return nil }
    if let port {
      guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let number = UInt16(port), number > 0
      else { return nil }
    }
    authority = text
  }

  /// The URL of a path below the API's version.
  func url(_ path: String) -> String { "http://\(authority)/2018-06-01/runtime/\(path)" }

  private static func split(_ text: String) -> (host: Substring, port: Substring?) {
    guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else { return (text[...], nil) }
    return (text[..<colon], text[text.index(after: colon)...])
  }

  private static func isHost(_ host: Substring) -> Bool {
    var name = host.utf8[...]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && name.count > 2
    if isBracketed { name = name.dropFirst().dropLast() }
    return !name.isEmpty
      && name.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        case UInt8(ascii: ":"): isBracketed
        default: false
        }
      }
  }
}
