import AWSClient
import CloudFrontModel
import HTTPTransport
import OperatorAPI

/// Everything that was seen of a URL, from outside and in the account.
struct ViewerEvidence {
  /// One fetch: an answer, or why there is none.
  struct Fetch {
    /// What is special about it, such as `the first`.
    var label: String
    var answer: ProbeAnswer?
    var error: TransportError?

    var status: Int? { answer?.response.status }
    subscript(name: String) -> String? { answer?.response.headers[name] }
    /// What the edge says of its cache: the first word of `X-Cache`, such as `Hit`.
    var cacheWord: String? { self["X-Cache"].map { String($0.prefix { $0 != " " }) } }
    /// Whether it says that it came through CloudFront.
    var isOfCloudFront: Bool {
      [self["Via"], self["X-Cache"], self["Server"]].contains {
        $0?.lowercased().contains("cloudfront") == true
      }
    }
    /// When the copy was made at the origin, in milliseconds since 1970 by the edge's clock.
    var bornAt: Int64? {
      guard let date = self["Date"].flatMap({ HTTPDate.milliseconds($0) }) else { return nil }
      return date - (self["Age"].flatMap { Int64($0) } ?? 0) * 1000
    }
    /// The tag of the bytes, however strong it is.
    var tag: String? { self["ETag"].map(ViewerEvidence.plainTag) }
    var body: String {
      String(decoding: answer?.response.body.prefix(64 * 1024) ?? [], as: UTF8.self)
    }
  }

  /// What the account says.
  struct Known {
    var distribution: Distribution
    /// The origin that answers by the distribution's behaviors.
    var origin: Origin?
    /// What the origin needs to reach a private bucket; empty where it has nothing.
    var accessControl = ""
    var bucket: String?
    var key: [UInt8] = []
    /// Whether the key is only a guess, since a function at the edge may change the path.
    var isGuess = false
    var object: ObjectHead?
    /// The invalidations that cover the path, newest first.
    var covering: [InvalidationRecord] = []
    /// How many invalidations were looked at.
    var looked = 0
    /// The bucket's policy; empty where it has none, nil where it was not seen.
    var policy: String?
  }

  var url: ViewerURL
  /// The fetches as a browser makes them, in their order.
  var fetches: [Fetch] = []
  /// The fetch of somebody who takes no compression.
  var uncompressed: Fetch?
  /// The same from further edges.
  var edges: [Fetch] = []
  /// The certificates of a server that is not trusted.
  var untrusted: [ProbeCertificate] = []
  var known: Known?
  /// What could not be seen, in sentences.
  var unseen: [String] = []
  /// The machine's clock, in milliseconds since 1970.
  var now: Int64

  /// The fetch that shows most: the last that has an answer.
  var last: Fetch? { fetches.last { $0.answer != nil } }
  /// The certificates of the server, its own first.
  var certificates: [ProbeCertificate] {
    let trusted = fetches.lazy.compactMap { $0.answer?.certificates }.first { !$0.isEmpty }
    return trusted ?? untrusted
  }

  /// The directives of `Cache-Control`, in lower case, with their values.
  static func directives(_ header: String?) -> [String: String] {
    var found: [String: String] = [:]
    for part in (header ?? "").lowercased().split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1).map { piece in
        piece.filter { $0 != " " && $0 != "\"" }
      }
      if let name = pair.first { found[String(name)] = pair.count > 1 ? String(pair[1]) : "" }
    }
    return found
  }

  /// A tag without what marks it as weak, since compression at the edge does.
  static func plainTag(_ tag: String) -> String {
    (tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag).filter { $0 != "\"" }
  }
}
