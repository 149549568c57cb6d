import CLibcurl

/// The host that a URL leads to, as libcurl itself reads it.
struct RequestTarget: Equatable {
  /// The host without port, in lower case; a literal IPv6 address in brackets.
  let host: String

  /// Takes a URL apart: `curl_url_set`.
  init(url: String) throws(TransportError) {
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw TransportError(.invalid, "the URL contains a space or a control character")
    }
    guard let handle = curl_url() else { throw TransportError(.connect, "no memory for a URL") }
    defer { curl_url_cleanup(handle) }
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK,
      curl_url_get(handle, CURLUPART_HOST, &text, 0) == CURLUE_OK, let text
    else { throw TransportError(.invalid, "the URL can't be read") }
    defer { curl_free(text) }
    host = String(cString: text).lowercased()
  }

  /// Whether the host is this machine or a neighbour that no proxy can reach for us.
  ///
  /// Link-local is where Lambda, ECS and EC2 hand out credentials.
  var isLocal: Bool {
    if host == "localhost" || host.hasSuffix(".localhost") { return true }
    if ["[::1]", "[fd00:ec2::254]", "[fd00:ec2::23]"].contains(host) { return true }
    // Bytes, since taking a text apart by characters takes ten times as long.
    let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .map { UInt8(Substring($0)) }
    guard parts.count == 4, !parts.contains(nil) else { return false }
    return parts[0] == 127 || (parts[0] == 169 && parts[1] == 254)
  }
}
