import Encoding

/// The parts of a request that its signature covers.
public struct SigningRequest: Sendable {
  /// The method in upper case.
  public var method: String
  /// The host, with the port where it isn't the scheme's own; exactly as it is sent in `Host`.
  public var host: String
  /// The path exactly as it is sent, so percent-encoded already; empty counts as `/`.
  public var path: String
  /// The query as names and values before percent-encoding; the order doesn't matter.
  public var query: [(name: String, value: String)]
  /// The header fields to sign besides those the signer adds; no `Host` among them.
  public var headers: [(name: String, value: String)]
  /// The body.
  public var body: [UInt8]

  /// Creates a request.
  public init(
    method: String, host: String, path: String, query: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = [], body: [UInt8] = []
  ) {
    self.method = method
    self.host = host
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// The query sorted and percent-encoded, without a question mark: to be signed and to be sent.
  ///
  /// A name without a value gets a `=` too.
  public var encodedQuery: String {
    query
      .map { (PercentEncoding.segment.encode($0.name), PercentEncoding.segment.encode($0.value)) }
      .sorted { $0 < $1 }
      .map { "\($0)=\($1)" }
      .joined(separator: "&")
  }
}
