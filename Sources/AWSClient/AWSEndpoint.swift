/// Where a service is reached, and the region its requests are signed for.
public struct AWSEndpoint: Sendable, Equatable, CustomStringConvertible {
  /// `http` or `https`.
  public let scheme: String
  /// The host in lower case; an IPv6 address in its brackets.
  public let host: String
  /// The port where it isn't the scheme's own.
  public let port: Int?
  /// What stands before every path: empty, or a slash and more without one at the end.
  public let basePath: String
  /// The region of the signature.
  public let signingRegion: String
  /// The assumptions made to find it, as sentences for the log.
  public var warnings: [String] = []

  /// The value of `Host`, as libcurl derives it from ``url``.
  public var hostHeader: String { port.map { "\(host):\($0)" } ?? host }
  /// The URL, to be followed by a path.
  public var url: String { "\(scheme)://\(hostHeader)\(basePath)" }
  /// The URL.
  public var description: String { url }

  /// Takes a URL apart; slashes at its end don't count.
  ///
  /// - Parameter setting: where the URL comes from, for the error.
  /// - Throws: ``AWSClientError/invalidEndpoint(setting:value:problem:)``.
  public init(url: String, signingRegion: String, setting: String) throws(AWSClientError) {
    func invalid(_ problem: String) -> AWSClientError {
      .invalidEndpoint(setting: setting, value: url, problem: problem)
    }
    let scheme = url.prefix { $0 != ":" }.lowercased()
    guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
      throw invalid("it must start with http:// or https://")
    }
    let rest = url.dropFirst(scheme.count + 3)
    guard rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw invalid("it must be plain ASCII without spaces")
    }
    guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
      throw invalid("it must have neither query nor fragment")
    }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else { throw invalid("it must have no user name") }

    let closing = authority.lastIndex(of: "]") ?? authority.startIndex
    let colon = authority[closing...].firstIndex(of: ":")
    let host = authority[..<(colon ?? authority.endIndex)].lowercased()
    guard AWSEndpoint.isHost(host) else { throw invalid("it has no valid host") }
    var port: Int?
    if let colon {
      let digits = authority[authority.index(after: colon)...]
      guard digits.allSatisfy(\.isWholeNumber), let number = Int(digits),
        (1...65_535).contains(number)
      else { throw invalid("its port must be a number from 1 to 65535") }
      port = number
    }

    var path = rest[authority.endIndex...]
    while path.last == "/" { path.removeLast() }
    self.scheme = scheme
    self.host = host
    self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
    self.basePath = String(path)
    self.signingRegion = signingRegion
  }

  private static func isHost(_ host: String) -> Bool {
    if host.hasPrefix("[") {
      let address = host.dropFirst().dropLast()
      return host.hasSuffix("]") && address.contains(":")
        && address.allSatisfy { $0.isHexDigit || ":.".contains($0) }
    }
    return !host.isEmpty && host.utf8.count <= 253
      && host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
  }
}
