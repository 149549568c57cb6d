import HTTPTransport
import LocalCloud
import VirtualWorld

/// The way to CloudFront: the fake itself decides and answers, the network between loses, delays
/// and breaks.
struct Network {
  /// What a request meets: what comes of it, after which time on the way there and back.
  struct Passage {
    var there: Duration
    var back: Duration
    /// What becomes of the request before it arrives.
    var lost: TransportError?
    /// What the fake is told to do with it.
    var fault: CloudFrontFault?
  }

  /// Draws the fate of one request.
  static func passage(
    _ request: HTTPRequest, _ scenario: Scenario, isOutage: Bool, areFaultsOver: Bool,
    _ random: inout SeededRandom
  ) -> Passage {
    var passage = Passage(
      there: random.milliseconds(5...60), back: random.milliseconds(5...120))
    if areFaultsOver || scenario.weather == .calm { return passage }
    if random.chance(0.01) { passage.back += random.milliseconds(500...8000) }
    let rate = isOutage ? 0.95 : scenario.faultRate
    guard random.chance(rate) else { return passage }
    let isCreate = request.method == .post
    switch random.between(0...19) {
    case 0: passage.lost = TransportError(.connect, "the simulated network refuses")
    case 1: passage.lost = TransportError(.tls, "the simulated handshake fails")
    case 2: passage.lost = TransportError(.timeout, "the simulated network swallows")
    case 3...5: passage.fault = .unavailable
    case 6: passage.fault = .unavailableHTML
    case 7: passage.fault = .internalError
    case 8, 9: passage.fault = .throttle
    case 10: passage.fault = .resetBeforeAccepting
    case 11, 12: passage.fault = .resetAfterAccepting
    case 13: passage.fault = .halfAnswer
    case 14: passage.fault = .hang
    case 15: passage.fault = .badXML
    case 16: passage.fault = .slow(random.seconds(1...30))
    case 17: passage.fault = .staleConnection
    case 18: passage.fault = isCreate ? .tooManyInProgress : .wrongContentType
    // A role may lack the permission to read a configuration, but it does not come and go.
    default:
      let mayBeDenied = isOutage && action(of: request) != .getDistributionConfig
      passage.fault = mayBeDenied ? .denied : .throttle
    }
    return passage
  }

  /// Which call a request makes.
  static func action(of request: HTTPRequest) -> CloudFrontAction {
    if request.method == .post { return .createInvalidation }
    if request.url.contains("/cache-policy/") { return .getCachePolicy }
    return request.url.contains("/config") ? .getDistributionConfig : .listDistributions
  }

  /// The paths that a request to create an invalidation asks for.
  static func paths(of request: HTTPRequest) -> [String] {
    String(decoding: request.body, as: UTF8.self).split(separator: "<Path>").dropFirst().map {
      String($0.prefix { $0 != "<" }).replacing("&amp;", with: "&")
    }
  }

  /// The distribution that a request names in its path.
  static func distribution(of request: HTTPRequest) -> String? {
    // https, nothing, host, version, `distribution`, id.
    let parts = request.url.utf8.split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count > 5, parts[4].elementsEqual("distribution".utf8) else { return nil }
    return String(parts[5])
  }

  /// The paths of a request to create an invalidation that asks for no wildcard; else none.
  static func plainRequest(_ request: HTTPRequest) -> [String] {
    guard request.method == .post else { return [] }
    let paths = paths(of: request)
    return paths.contains { $0.hasSuffix("*") } ? [] : paths
  }

  /// The request as the server would read it off the wire.
  static func serverRequest(_ request: HTTPRequest) -> ServerRequest {
    let rest = request.url.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
    let host = rest.prefix { $0 != UInt8(ascii: "/") }
    return ServerRequest(
      method: request.method.rawValue,
      target: String(decoding: rest.dropFirst(host.count), as: UTF8.self),
      headers: [("Host", String(decoding: host, as: UTF8.self))]
        + request.headers.fields.map { ($0.name, $0.value) },
      body: request.body)
  }

  /// What a reply is to the client, and how much later it comes.
  struct Arrival {
    var delay = Duration.zero
    var result: Result<HTTPResponse, TransportError>
    /// The connection dies as soon as it is used again.
    var leavesDeadConnection = false
    /// The distribution of an invalidation that was accepted, now or before.
    var accepted: String?
    /// The distribution of which it says that it does not exist.
    var missing: String?
    /// The plain paths of a request that a full quota refused together with its wildcards, and
    /// their distribution.
    var heldBack: (distribution: String, paths: Set<String>)?
    /// What its paths are for.
    var claims: Set<Ledger.Claim> = []
  }

  static func arrival(_ reply: ServerReply) -> Arrival {
    switch reply {
    case .answer(let answer), .chunked(let answer, _), .closing(let answer):
      var headers = HTTPHeaders()
      for field in answer.headers { headers.add(field.name, field.value) }
      return Arrival(
        result: .success(
          HTTPResponse(status: answer.status, headers: headers, body: answer.body)))
    case .truncated, .raw, .close, .reset:
      return Arrival(result: .failure(TransportError(.broken, "the simulated connection broke")))
    case .hang:
      return Arrival(
        delay: .seconds(86_400),
        result: .failure(TransportError(.timeout, "the simulated server is silent")))
    case .delayed(let delay, let inner):
      var arrival = arrival(inner)
      arrival.delay += delay
      return arrival
    case .informational(_, let inner), .thenClose(let inner): return arrival(inner)
    case .thenDropNext(let inner):
      var arrival = arrival(inner)
      arrival.leavesDeadConnection = true
      return arrival
    }
  }
}
