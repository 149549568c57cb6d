import CLibcurl

/// The owner of one libcurl easy handle and of the buffer it writes error texts into.
///
/// Its connections live as long as it does. All calls that can fail go through ``check(_:)`` or
/// ``checkTransfer(_:host:)``.
struct CurlHandle: ~Copyable {
  let pointer: UnsafeMutableRawPointer
  private let errorText: UnsafeMutablePointer<CChar>

  /// Creates a handle: `curl_easy_init`.
  init() throws(TransportError) {
    guard let pointer = curl_easy_init() else {
      throw TransportError(.connect, code: Int(CURLE_FAILED_INIT.rawValue), "curl_easy_init failed")
    }
    self.pointer = pointer
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    // The handle goes first, since it may still write into the buffer.
    curl_easy_cleanup(pointer)
    errorText.deallocate()
  }

  /// Resets all options, and keeps connections and caches: `curl_easy_reset`.
  borrowing func reset() throws(TransportError) {
    curl_easy_reset(pointer)
    errorText.update(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try check(cfb_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText))
  }

  borrowing func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
    try check(cfb_set_long(pointer, option, value))
  }

  borrowing func set(_ option: CURLoption, _ value: Bool) throws(TransportError) {
    try check(cfb_set_long(pointer, option, value ? 1 : 0))
  }

  borrowing func set(_ option: CURLoption, _ value: String?) throws(TransportError) {
    try check(cfb_set_string(pointer, option, value))
  }

  /// Sets a time in milliseconds, at least one: zero means "for ever" to libcurl.
  borrowing func set(_ option: CURLoption, _ value: Duration) throws(TransportError) {
    let (seconds, attoseconds) = value.components
    let whole = min(max(seconds, 0), 1_000_000)
    let milliseconds = seconds < 0 ? 0 : whole * 1000 + max(attoseconds, 0) / 1_000_000_000_000_000
    try set(option, max(1, Int(milliseconds)))
  }

  /// Reads a number of the last transfer: `curl_easy_getinfo`.
  borrowing func long(_ info: CURLINFO) -> Int {
    var value = 0
    return cfb_get_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  /// Throws unless libcurl took an option.
  ///
  /// It never asks what was sent, since that number is still the last transfer's.
  borrowing func check(_ code: CURLcode) throws(TransportError) {
    guard code != CURLE_OK else { return }
    throw error(code, requestWasSent: false, host: nil)
  }

  /// Throws unless the transfer succeeded.
  ///
  /// The text names the host, never the URL: its query may contain a signature.
  borrowing func checkTransfer(_ code: CURLcode, host: String) throws(TransportError) {
    guard code != CURLE_OK else { return }
    throw error(code, requestWasSent: long(CURLINFO_REQUEST_SIZE) > 0, host: host)
  }

  /// The one place where libcurl's codes become errors.
  private borrowing func error(
    _ code: CURLcode, requestWasSent: Bool, host: String?
  ) -> TransportError {
    let own = String(cString: errorText)
    let text = own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
    return TransportError(
      TransportError.Kind(code: Int(code.rawValue), requestWasSent: requestWasSent),
      code: Int(code.rawValue), host.map { "\($0): \(text)" } ?? text)
  }
}
