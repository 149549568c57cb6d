import HTTPTransport

/// libcurl with a witness: counts the attempts, breaks TLS when told to, and lets a silent server
/// cost virtual time instead of real time.
final class FaultTransport: Transport {
  /// How long a silent exchange really lasts.
  static let patience = Duration.milliseconds(150)

  /// The attempts of each call, those included that never reached the server.
  var attempts: [FaultyCall: Int] = [:]
  /// The bodies of all attempts at CreateInvalidation.
  var bodies: [[UInt8]] = []
  /// The call that goes wrong on the way, and how often still.
  var withoutTLS: (call: FaultyCall, times: Int)?
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
    if let planned = withoutTLS, planned.call.request == call, planned.times > 0 {
      withoutTLS?.times -= 1
      request.url = "https" + request.url.dropFirst("http".count)
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

  private static func call(of request: HTTPRequest) -> FaultyCall {
    if request.method == .post { return .create }
    if request.url.split(separator: "/").dropLast().last == "cache-policy" { return .policy }
    let parts = request.url.split(separator: "?", maxSplits: 1)
    if parts.first?.hasSuffix("/config") == true { return .config }
    let query = parts.dropFirst().first?.split(separator: "&") ?? []
    return query.contains { $0.hasPrefix("Marker=") } ? .listPage2 : .listPage1
  }
}
