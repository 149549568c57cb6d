import CLibcurl

/// The owner of the `curl_slist` that a request's header lines are in.
///
/// libcurl reads it during the transfer and never frees it.
struct CurlHeaderList: ~Copyable {
  private static let suppressed = ["Expect", "Content-Type", "Accept"]
  private static let own = ["Host", "Content-Length", "Transfer-Encoding"]

  private(set) var first: UnsafeMutablePointer<curl_slist>?

  /// Builds the list: the request's own fields, then those libcurl must not add by itself.
  init(_ headers: HTTPHeaders) throws(TransportError) {
    first = nil
    // With a body over 1 MB libcurl would ask "Expect: 100-continue" and wait a second for an
    // answer; Content-Type would say "form" of a body that is none; Accept says nothing.
    var suppressed = CurlHeaderList.suppressed
    for (name, value) in headers.fields {
      guard CurlHeaderList.isName(name), CurlHeaderList.isValue(value) else {
        throw TransportError(.invalid, "the header field \(name.debugDescription) can't be sent")
      }
      if CurlHeaderList.own.contains(where: { HTTPHeaders.sameName($0, name) }) { continue }
      suppressed.removeAll { HTTPHeaders.sameName($0, name) }
      // "Name:" would take the field out; with a semicolon it is sent empty.
      try append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    for name in suppressed { try append("\(name):") }
  }

  deinit {
    curl_slist_free_all(first)
  }

  private mutating func append(_ line: String) throws(TransportError) {
    guard let list = curl_slist_append(first, line) else {
      throw TransportError(.connect, "no memory for a header line")
    }
    first = list
  }

  private static func isName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
  }

  /// A line break would end the field and start one that nobody signed.
  private static func isValue(_ value: String) -> Bool {
    value.utf8.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7F }
  }
}
