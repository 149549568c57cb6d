import Digest

/// The canonical form of a received request.
struct ReceivedForm {
  let text: String

  /// - Parameter isS3: whether the path counts as it was sent, as S3 alone has it.
  init(_ request: ServerRequest, signedHeaders: [String], isS3: Bool = false) {
    let headers = signedHeaders.map { name in
      let values = request.values(of: name).map(ReceivedForm.collapse)
      return "\(name):\(values.joined(separator: ","))\n"
    }
    text = [
      request.method,
      isS3 ? request.path : ReceivedForm.path(request.path),
      ReceivedForm.query(request.query ?? ""),
      headers.joined(),
      signedHeaders.joined(separator: ";"),
      SignatureCheck.hex(SHA256.digest(of: request.body)),
    ].joined(separator: "\n")
  }

  /// Removes dot segments and empty segments, then encodes the path as sent once more: all services
  /// but S3 sign a path that is encoded twice.
  private static func path(_ path: String) -> String {
    var segments: [Substring] = []
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for part in parts where !part.isEmpty && part != "." {
      if part == ".." {
        _ = segments.popLast()
      } else {
        segments.append(part)
      }
    }
    let ends = ["", ".", ".."].contains(parts.last) && !segments.isEmpty
    let clean = "/" + segments.joined(separator: "/") + (ends ? "/" : "")
    return URIText.encode(Array(clean.utf8), keeping: "/")
  }

  /// Decodes names and values, encodes them in the canonical way, and sorts them by bytes.
  private static func query(_ query: String) -> String {
    var pairs: [(name: String, value: String)] = []
    for part in query.split(separator: "&") {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let encoded = words.map { word in
        let spaced = word.utf8.map { $0 == UInt8(ascii: "+") ? 32 : $0 }
        return URIText.encode(URIText.decodedBytes(spaced))
      }
      pairs.append((encoded.first ?? "", encoded.count > 1 ? encoded[1] : ""))
    }
    return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  private static func collapse(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}
