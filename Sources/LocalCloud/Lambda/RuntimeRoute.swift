/// One of the four endpoints of the Runtime API.
package enum RuntimeRoute: String, Sendable, CaseIterable {
  /// `GET /runtime/invocation/next`.
  case next
  /// `POST /runtime/invocation/{id}/response`.
  case response
  /// `POST /runtime/invocation/{id}/error`.
  case error
  /// `POST /runtime/init/error`.
  case initError

  /// An endpoint, and the request id in its path.
  struct Route: Equatable {
    var endpoint: RuntimeRoute
    var requestID: String?
  }

  /// The HTTP method.
  var method: String { self == .next ? "GET" : "POST" }

  /// Returns the endpoint of a path; nil for a path that the Runtime API does not have.
  static func route(_ path: String) -> Route? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    guard parts.first == "2018-06-01", parts.dropFirst().first == "runtime" else { return nil }
    let rest = Array(parts.dropFirst(2))
    switch (rest.count, rest.first, rest.last) {
    case (2, "invocation", "next"): return Route(endpoint: .next)
    case (2, "init", "error"): return Route(endpoint: .initError)
    case (3, "invocation", "response"):
      return Route(endpoint: .response, requestID: URIText.decode(rest[1]))
    case (3, "invocation", "error"):
      return Route(endpoint: .error, requestID: URIText.decode(rest[1]))
    default: return nil
    }
  }
}
