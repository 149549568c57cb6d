import CLibcurl

/// The transport over libcurl: one easy handle, used for one request after another.
///
/// It blocks and is not `Sendable`: a thread that wants to send has its own. It keeps connections
/// between requests; after a failure it keeps neither the handle nor its connections.
public final class CurlTransport: Transport {
  private var handle: CurlHandle
  /// Whether a transfer of ``handle`` failed. libcurl 7.88 keeps the buffer of a transfer that
  /// found no host, and then refuses `CURLOPT_BUFFERSIZE` for ever: 43, in spite of
  /// `curl_easy_reset`.
  private var isSpoiled = false
  private let configuration: CurlConfiguration
  /// What the hosts of ``CurlConfiguration/firstRoots`` are verified with.
  private let trust: TrustStore?

  /// Creates a transport, and prepares the process if that is not done yet.
  ///
  /// - Throws: ``TransportError`` when libcurl can't start.
  public init(_ configuration: CurlConfiguration) throws(TransportError) {
    try CurlTransport.prepareProcess()
    self.configuration = configuration
    trust = try configuration.firstRoots.map { roots throws(TransportError) in
      try TrustStore(roots, bundle: configuration.caBundle)
    }
    handle = try CurlHandle()
  }

  /// Does what the first TLS connection to a host, given in lower case, needs beside the server.
  /// What fails is left to the connection.
  public func prepareTLS(for host: String) {
    if configuration.firstRoots?.serve(host) == true { trust?.prepare() }
  }

  /// Sends a request and blocks until its whole answer is there: `curl_easy_perform`.
  ///
  /// If the server has meanwhile closed a kept connection, libcurl itself sends the request again,
  /// on a new one.
  public func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    guard request.method == .post || request.method == .put || request.body.isEmpty else {
      throw TransportError(.invalid, "a \(request.method.rawValue) can't have a body")
    }
    let target = try RequestTarget(url: request.url)
    let headers = try CurlHeaderList(request.headers)
    let answer = CurlAnswer(maximumBodySize: configuration.maximumBodySize)

    if isSpoiled { handle = try CurlHandle() }
    // Until the whole answer has arrived.
    isSpoiled = true
    try handle.reset()
    try setLimits(for: request)
    try setConnection(to: target)
    try CurlTransport.setCallbacks(answer, of: handle)
    try handle.set(CURLOPT_URL, request.url)
    // libcurl would wait for the body that Content-Length speaks of.
    if request.method == .head { try handle.set(CURLOPT_NOBODY, true) }
    try handle.check(cfb_set_list(handle.pointer, CURLOPT_HTTPHEADER, headers.first))
    // CURLOPT_UPLOAD would ask for a read callback.
    if request.method == .put { try handle.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }

    let (preparation, code) = perform(request)
    // libcurl had plain pointers to both.
    withExtendedLifetime(answer) {}
    withExtendedLifetime(headers) {}
    try handle.check(preparation)
    if let excess = answer.excess {
      throw TransportError(.tooLarge, code: Int(code.rawValue), "\(target.host): \(excess)")
    }
    try handle.checkTransfer(code, host: target.host)
    guard answer.headIsComplete else {
      throw TransportError(.broken, "\(target.host): the answer ends within its headers")
    }
    isSpoiled = false
    return HTTPResponse(
      status: handle.long(CURLINFO_RESPONSE_CODE), headers: answer.headers, body: answer.body)
  }

  private func setLimits(for request: HTTPRequest) throws(TransportError) {
    // Without it libcurl raises SIGALRM to time out name lookups.
    try handle.set(CURLOPT_NOSIGNAL, true)
    // A name server that is silent must not cost more than the request's own time.
    try handle.check(cfb_leave_lookups(handle.pointer))
    // Nothing here redirects; a redirect of a signed request would fail anyway.
    try handle.set(CURLOPT_FOLLOWLOCATION, false)
    try handle.check(cfb_set_protocols(handle.pointer, configuration.httpOnly ? 1 : 0))
    // One request at a time gains nothing from HTTP/2, whose library costs start-up time.
    try handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    // The path was signed as it stands, dot segments included.
    try handle.set(CURLOPT_PATH_AS_IS, true)
    // The largest piece the write callback gets: 16 KB by default, 400 calls for a full event.
    try handle.set(CURLOPT_BUFFERSIZE, 256 * 1024)
    try handle.set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout)
    // No limit by default, since "/next" waits until something happens in the bucket.
    if let timeout = request.timeout { try handle.set(CURLOPT_TIMEOUT_MS, timeout) }
    if let userAgent = configuration.userAgent { try handle.set(CURLOPT_USERAGENT, userAgent) }
  }

  private func setConnection(to target: RequestTarget) throws(TransportError) {
    // A request is one write; Nagle would only hold back its tail.
    try handle.set(CURLOPT_TCP_NODELAY, true)
    try handle.set(CURLOPT_MAXAGE_CONN, configuration.maximumIdleSeconds)
    // The empty name stops libcurl from reading http_proxy and its kin.
    if configuration.proxy == .direct || target.isLocal { try handle.set(CURLOPT_PROXY, "") }
    // A proxy's answer to CONNECT is not the server's.
    try handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    // libcurl's defaults, spelled out since everything rests on them.
    try handle.set(CURLOPT_SSL_VERIFYPEER, true)
    try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
    // AWS takes nothing older.
    try handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    try setTrust(for: target)
  }

  private func setTrust(for target: RequestTarget) throws(TransportError) {
    if let trust, configuration.firstRoots?.serve(target.host) == true, trust.attach(to: handle) {
      // The store reads the bundle itself, when it needs it.
      try handle.set(CURLOPT_CAINFO, nil as String?)
      try handle.set(CURLOPT_CAPATH, nil as String?)
    } else if let bundle = configuration.caBundle {
      try handle.set(CURLOPT_CAINFO, bundle)
      // Else the distribution's certificate directory is trusted beside the bundle that was named.
      try handle.set(CURLOPT_CAPATH, nil as String?)
    }
  }

  /// Whether a chain did not lead to one of ``CurlConfiguration/firstRoots``.
  var hasReadBundle: Bool { trust?.hasReadBundle ?? false }

  static func setCallbacks(
    _ answer: CurlAnswer, of handle: borrowing CurlHandle
  ) throws(TransportError) {
    let context = Unmanaged.passUnretained(answer).toOpaque()
    try handle.check(cfb_set_pointer(handle.pointer, CURLOPT_HEADERDATA, context))
    try handle.check(
      cfb_set_data_callback(handle.pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        CurlTransport.pass(bytes, size * count, context) { $0.receive(headerLine: $1) }
      })
    try handle.check(cfb_set_pointer(handle.pointer, CURLOPT_WRITEDATA, context))
    try handle.check(
      cfb_set_data_callback(handle.pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        CurlTransport.pass(bytes, size * count, context) { $0.receive(body: $1) }
      })
  }

  /// Hands bytes to the answer; another number than their count makes libcurl abort.
  private static func pass(
    _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
    to receive: (CurlAnswer, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let context else { return count &+ 1 }
    let answer = Unmanaged<CurlAnswer>.fromOpaque(context).takeUnretainedValue()
    return receive(answer, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : count &+ 1
  }

  /// Runs the transfer with the body in place; there is none when the body could not be set.
  ///
  /// Never a read callback: libcurl could not rewind it to send the request again.
  private func perform(_ request: HTTPRequest) -> (preparation: CURLcode, transfer: CURLcode) {
    guard request.method == .post || !request.body.isEmpty else {
      return (CURLE_OK, curl_easy_perform(handle.pointer))
    }
    return request.body.withUnsafeBytes { body in
      let code = cfb_set_body(handle.pointer, body.baseAddress, curl_off_t(body.count))
      guard code == CURLE_OK else { return (code, CURLE_OK) }
      return (CURLE_OK, curl_easy_perform(handle.pointer))
    }
  }
}
