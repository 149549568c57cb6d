import Encoding
public import HTTPTransport

/// A request to an AWS service before it has a host, a date and a signature.
///
/// Apart from those three, every attempt sends the same bytes.
public struct AWSRequest: Sendable, Equatable {
  /// One pair of the query, not yet percent-encoded.
  public struct QueryItem: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The value; may be empty.
    public var value: String

    /// Creates a pair.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The method.
  public var method: HTTPRequest.Method
  /// The path, percent-encoded, starting with a slash; see ``path(_:)``.
  public var path: String
  /// The query; sent sorted and encoded, as it is signed.
  public var query: [QueryItem]
  /// The fields to send. `Content-Type` and `x-amz-*` are signed, the others only sent.
  public var headers: HTTPHeaders
  /// The body of a POST or PUT.
  public var body: [UInt8]

  /// Creates a request.
  public init(
    _ method: HTTPRequest.Method, path: String, query: [QueryItem] = [],
    headers: HTTPHeaders = [:], body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// Joins segments to a path, each percent-encoded, so that an id with a slash stays one segment.
  public static func path(_ segments: String...) -> String {
    segments.map { "/" + PercentEncoding.segment.encode($0) }.joined()
  }
}
