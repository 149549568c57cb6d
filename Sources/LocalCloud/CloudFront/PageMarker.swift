/// The opaque marker of a list: base64 that always contains `+`, `/` and `=`, which exposes a
/// client that does not percent-encode it.
enum PageMarker {
  private static let prefix: [UInt8] = [0xFB, 0xEF, 0xFF]  // "++//"

  /// Returns the marker for the last item of a page.
  static func encode(_ id: String) -> String {
    var bytes = prefix + Array(id.utf8)
    while bytes.count % 3 != 1 { bytes.append(0) }
    return Base64.encode(bytes)
  }

  /// Returns the id in a marker, which is still encoded as in the query; nil when it is not a
  /// marker of this fake or not percent-encoded.
  static func decode(query value: String) -> String? {
    guard !value.utf8.contains(where: { "+/=".utf8.contains($0) }),
      let bytes = Base64.decode(URIText.decode(value)), bytes.starts(with: prefix)
    else { return nil }
    let id = bytes.dropFirst(prefix.count).prefix { $0 != 0 }
    return String(decoding: id, as: UTF8.self)
  }
}
