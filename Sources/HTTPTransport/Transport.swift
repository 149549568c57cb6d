/// The one way out of the process: sends a request, waits, returns the answer.
///
/// Everything above it is tested with a transport that answers from memory; a dry run and the
/// simulator are transports too.
public protocol Transport: AnyObject {
  /// Sends a request and blocks until its whole answer is there. Any status is an answer.
  ///
  /// - Throws: ``TransportError`` when there is no complete answer.
  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse
}

/// Why a request has no complete answer.
public struct TransportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of failure that a caller must tell apart.
  public enum Kind: String, Sendable {
    /// No connection: refused, unreachable, the name did not resolve, the TLS handshake broke off,
    /// or libcurl could not prepare the transfer. Nothing was sent.
    case connect
    /// The request's time ran out. The server may have acted.
    case timeout
    /// The connection broke before the answer was complete. The server may have acted.
    case broken
    /// The server's certificate was refused. Nothing was sent.
    case tls
    /// The answer is larger than the transport takes.
    case tooLarge
    /// The request can't be sent at all: a bad URL or setting.
    case invalid
  }

  /// The case to act on.
  public var kind: Kind
  /// libcurl's own code (`CURLcode`), 0 when it is not libcurl's.
  public var code: Int
  /// libcurl's own text, or ours; says which host.
  public var message: String

  /// Creates an error.
  public init(_ kind: Kind, code: Int = 0, _ message: String) {
    self.kind = kind
    self.code = code
    self.message = message
  }

  /// The text for a log line.
  public var description: String {
    code == 0 ? message : "\(message) (libcurl \(code))"
  }
}
