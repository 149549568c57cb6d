import CLibcurl

/// What one fetch shows of the server and the way to it, for somebody who looks for a fault.
public struct ProbeAnswer: Sendable, Equatable {
  /// The answer.
  public var response: HTTPResponse
  /// The address and port that was asked, such as `203.0.113.7:443`.
  public var remoteAddress: String
  /// How long each part took, from the start.
  public var times: ProbeTimes
  /// The certificates that the server showed, its own first; empty without TLS.
  public var certificates: [ProbeCertificate]
}

/// When each part of a fetch was over, from its start.
public struct ProbeTimes: Sendable, Equatable {
  /// The name was looked up.
  public var lookup: Duration
  /// There was a connection.
  public var connect: Duration
  /// TLS was set up; zero without TLS.
  public var tls: Duration
  /// The first byte of the answer came.
  public var firstByte: Duration
  /// The whole answer was there.
  public var total: Duration
}

/// A certificate in the words of the TLS library.
public struct ProbeCertificate: Sendable, Equatable {
  /// What it says, by name, such as `Subject` or `Expire date`.
  public var fields: [String: String]

  /// Whose it is.
  public var subject: String { fields["Subject"] ?? "" }
  /// Who signed it.
  public var issuer: String { fields["Issuer"] ?? "" }
  /// From when on it is valid, such as `Nov 25 10:00:00 2026 GMT`.
  public var start: String { fields["Start date"] ?? "" }
  /// Until when it is valid.
  public var end: String { fields["Expire date"] ?? "" }
  /// The host names that it is for; a `*` stands for one label.
  public var names: [String] {
    (fields["X509v3 Subject Alternative Name"] ?? "").split(separator: ",").compactMap { part in
      let text = part.drop { $0 == " " }
      return text.hasPrefix("DNS:") ? String(text.dropFirst(4)) : nil
    }
  }
}

/// Fetches with one connection of its own, and tells what ``CurlTransport`` has no use for:
/// certificates, times and the server's address.
public final class HTTPProbe {
  /// What a fetch may do.
  public struct Options: Sendable {
    /// A file of trusted certificates (PEM); nil takes libcurl's compiled-in one.
    public var caBundle: String?
    /// Sent as `User-Agent`.
    public var userAgent: String
    /// Where to connect instead of where the name leads, as `host:port`; name and certificate
    /// stay those of the URL.
    public var connectTo: String?
    /// Whether an answer counts whose certificate is not trusted. Only to look at that certificate.
    public var trustsAnyone = false
    /// The largest body, in bytes.
    public var maximumBodySize = 64 * 1024 * 1024

    /// Creates options.
    public init(caBundle: String?, userAgent: String, connectTo: String? = nil) {
      self.caBundle = caBundle
      self.userAgent = userAgent
      self.connectTo = connectTo
    }
  }

  /// Fetches once: `curl_easy_perform`.
  public static func fetch(
    _ request: HTTPRequest, _ options: Options
  ) throws(TransportError) -> ProbeAnswer {
    try CurlTransport.prepareProcess()
    let target = try RequestTarget(url: request.url)
    let headers = try CurlHeaderList(request.headers)
    let answer = CurlAnswer(maximumBodySize: options.maximumBodySize)
    let handle = try CurlHandle()
    try handle.reset()
    try handle.set(CURLOPT_NOSIGNAL, true)
    try handle.set(CURLOPT_FOLLOWLOCATION, false)
    try handle.check(cfb_set_protocols(handle.pointer, 0))
    try handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    try handle.set(CURLOPT_PATH_AS_IS, true)
    try handle.set(CURLOPT_CONNECTTIMEOUT_MS, Duration.seconds(10))
    try handle.set(CURLOPT_TIMEOUT_MS, request.timeout ?? .seconds(90))
    try handle.set(CURLOPT_USERAGENT, options.userAgent)
    try handle.set(CURLOPT_CERTINFO, true)
    try handle.set(CURLOPT_SSL_VERIFYPEER, !options.trustsAnyone)
    try handle.set(CURLOPT_SSL_VERIFYHOST, options.trustsAnyone ? 0 : 2)
    if let bundle = options.caBundle {
      try handle.set(CURLOPT_CAINFO, bundle)
      try handle.set(CURLOPT_CAPATH, nil as String?)
    }
    // Host and port of the URL are left out: both are whatever they are.
    let places = try CurlTextList(options.connectTo.map { ["::\($0)"] } ?? [])
    if options.connectTo != nil {
      try handle.check(cfb_set_list(handle.pointer, CURLOPT_CONNECT_TO, places.first))
      try handle.set(CURLOPT_PROXY, "")
    }
    try handle.set(CURLOPT_URL, request.url)
    if request.method == .head { try handle.set(CURLOPT_NOBODY, true) }
    try handle.check(cfb_set_list(handle.pointer, CURLOPT_HTTPHEADER, headers.first))
    try CurlTransport.setCallbacks(answer, of: handle)

    let code = curl_easy_perform(handle.pointer)
    withExtendedLifetime(answer) {}
    withExtendedLifetime(headers) {}
    withExtendedLifetime(places) {}
    if let excess = answer.excess {
      throw TransportError(.tooLarge, code: Int(code.rawValue), "\(target.host): \(excess)")
    }
    try handle.checkTransfer(code, host: target.host)
    return ProbeAnswer(
      response: HTTPResponse(
        status: handle.long(CURLINFO_RESPONSE_CODE), headers: answer.headers, body: answer.body),
      remoteAddress: handle.text(CURLINFO_PRIMARY_IP)
        + ":\(handle.long(CURLINFO_PRIMARY_PORT))",
      times: ProbeTimes(
        lookup: handle.time(CURLINFO_NAMELOOKUP_TIME_T),
        connect: handle.time(CURLINFO_CONNECT_TIME_T),
        tls: handle.time(CURLINFO_APPCONNECT_TIME_T),
        firstByte: handle.time(CURLINFO_STARTTRANSFER_TIME_T),
        total: handle.time(CURLINFO_TOTAL_TIME_T)),
      certificates: handle.certificates())
  }
}

extension CurlHandle {
  /// Reads a text of the last transfer; empty where there is none.
  fileprivate borrowing func text(_ info: CURLINFO) -> String {
    var value: UnsafeMutablePointer<CChar>?
    guard cfb_get_text(pointer, info, &value) == CURLE_OK, let value else { return "" }
    return String(cString: value)
  }

  /// Reads a time of the last transfer.
  fileprivate borrowing func time(_ info: CURLINFO) -> Duration {
    var value: curl_off_t = 0
    guard cfb_get_off(pointer, info, &value) == CURLE_OK else { return .zero }
    return .microseconds(Int64(value))
  }

  /// Reads the certificates of the last transfer: `CURLINFO_CERTINFO`.
  fileprivate borrowing func certificates() -> [ProbeCertificate] {
    var count: Int32 = 0
    var lists: UnsafeMutablePointer<UnsafeMutablePointer<curl_slist>?>?
    guard cfb_get_certificates(pointer, &count, &lists) == CURLE_OK, let lists else { return [] }
    return (0..<Int(count)).map { index in
      var fields: [String: String] = [:]
      var item = lists[index]
      while let current = item {
        if let data = current.pointee.data {
          let text = String(cString: data)
          let name = text.prefix { $0 != ":" }
          // The whole certificate in PEM says nothing more.
          if name != "Cert" { fields[String(name)] = String(text.dropFirst(name.count + 1)) }
        }
        item = current.pointee.next
      }
      return ProbeCertificate(fields: fields)
    }
  }
}

/// The owner of a list of texts that libcurl reads during a transfer.
private struct CurlTextList: ~Copyable {
  private(set) var first: UnsafeMutablePointer<curl_slist>?

  init(_ texts: [String]) throws(TransportError) {
    first = nil
    for text in texts {
      guard let list = curl_slist_append(first, text) else {
        throw TransportError(.connect, "no memory for a list")
      }
      first = list
    }
  }

  deinit {
    curl_slist_free_all(first)
  }
}
