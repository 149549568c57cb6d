import HTTPTransport

/// libcurl with a witness: counts the attempts, leads them astray when told to, and lets a silent
/// server cost virtual time instead of real time.
final class FaultTransport: Transport {
  /// How long a silent exchange really lasts.
  static let patience = Duration.milliseconds(150)

  /// The attempts of each call, those included that never reached the server.
  var attempts: [FaultyCall: Int] = [:]
  /// The bodies of all attempts at CreateInvalidation.
  var bodies: [[UInt8]] = []
  /// How an attempt goes wrong before it reaches the server.
  enum Detour {
    /// TLS to a server that speaks plain HTTP: the handshake breaks.
    case tls
    /// A host name that can't be found.
    case unknownName
  }

  /// The call that goes wrong on the way, how, and how often still.
  var astray: (call: FaultyCall, detour: Detour, times: Int)?
  /// The call whose answers are not waited for, as long as this says so.
  var silent: (call: FaultyCall, isOn: () -> Bool)?

  private let curl: CurlTransport
  private let clock: VirtualClock

  init(_ curl: CurlTransport, clock: VirtualClock) {
    self.curl = curl
    self.clock = clock
  }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    let call = FaultTransport.call(of: request)
    attempts[call, default: 0] += 1
    if call == .create { bodies.append(request.body) }
    var request = request
    if let planned = astray, planned.call.request == call, planned.times > 0 {
      astray?.times -= 1
      request.url = FaultTransport.url(request.url, astray: planned.detour)
    }
    let patience = request.timeout
    if let silent, silent.call.request == call, silent.isOn() {
      request.timeout = FaultTransport.patience
    }
    do {
      return try curl.send(request)
    } catch {
      if error.kind == .timeout, let patience { clock.pass(patience) }
      throw error
    }
  }

  private static func url(_ url: String, astray detour: Detour) -> String {
    switch detour {
    case .tls: return "https" + url.dropFirst("http".count)
    case .unknownName:
      let path = url.dropFirst("http://".count).drop { $0 != "/" }
      return "http://nowhere.invalid" + path
    }
  }

  private static func call(of request: HTTPRequest) -> FaultyCall {
    if request.method == .post { return .create }
    if request.url.split(separator: "/").dropLast().last == "cache-policy" { return .policy }
    let parts = request.url.split(separator: "?", maxSplits: 1)
    if parts.first?.hasSuffix("/config") == true { return .config }
    let query = parts.dropFirst().first?.split(separator: "&") ?? []
    return query.contains { $0.hasPrefix("Marker=") } ? .listPage2 : .listPage1
  }
}
