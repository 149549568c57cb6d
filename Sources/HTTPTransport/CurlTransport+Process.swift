import CLibcurl
import CLibrary
import CTrust

extension CurlTransport {
  /// Keeps OpenSSL from reading the machine's `openssl.cnf`, unless the variable `OPENSSL_CONF`
  /// names one; has to come before ``prepareProcess()``.
  ///
  /// On Lambda there is none where a static OpenSSL looks for it, so a function is the same
  /// everywhere; and parsing one takes a third of a start's instructions.
  public static func leaveOutOpenSSLConfiguration(environment: [String: String]) {
    if environment["OPENSSL_CONF"] == nil { cfb_leave_out_openssl_configuration() }
  }

  /// Prepares the process for sending; once, before a second thread starts.
  ///
  /// Ignores SIGPIPE, which would kill the process when a server goes away; keeps glibc from
  /// loading the host's name service modules; starts libcurl: `curl_global_init`.
  ///
  /// - Throws: ``TransportError/Kind/invalid`` when libcurl can't start.
  public static func prepareProcess() throws(TransportError) {
    guard let failure = preparation else { return }
    throw failure
  }

  /// The versions of libcurl and of what it is built on: `curl_version`.
  public static var libraryVersion: String { String(cString: curl_version()) }

  /// Done on first access, with what went wrong.
  private static let preparation: TransportError? = {
    signal(SIGPIPE, SIG_IGN)
    _ = cfb_pin_name_services()
    let code = cfb_global_init()
    guard code != CURLE_OK else { return nil }
    return TransportError(
      .invalid, code: Int(code.rawValue),
      "curl_global_init: \(String(cString: curl_easy_strerror(code)))")
  }()
}
