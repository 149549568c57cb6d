import HTTPTransport

/// A transport that answers from a list and remembers what it was asked.
final class ScriptedTransport: Transport {
  private(set) var requests: [HTTPRequest] = []
  private var answers: [Result<HTTPResponse, TransportError>]

  static let refused = TransportError(.connect, code: 7, "127.0.0.1: refused")
  static let broken = TransportError(.broken, code: 56, "127.0.0.1: reset")

  init(_ answers: [Result<HTTPResponse, TransportError>]) {
    self.answers = answers
  }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    requests.append(request)
    guard !answers.isEmpty else { throw Self.refused }
    return try answers.removeFirst().get()
  }

  /// Method and path below the API's version of every request.
  var calls: [String] {
    requests.map { request in
      request.method.rawValue + " " + (request.url.split(separator: "/runtime/").last ?? "")
    }
  }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
  /// An answer of a given status.
  static func status(_ status: Int, _ body: String = "") -> Self {
    .success(HTTPResponse(status: status, body: Array(body.utf8)))
  }

  /// An answer of `/next`.
  static func event(
    _ requestID: String = "id-1", _ body: String = "{}", headers: [(String, String)] = []
  ) -> Self {
    var all: HTTPHeaders = [
      "lambda-runtime-aws-request-id": requestID, "Lambda-Runtime-Deadline-Ms": "2000000000000",
    ]
    for (name, value) in headers { all.add(name, value) }
    return .success(HTTPResponse(status: 200, headers: all, body: Array(body.utf8)))
  }
}
