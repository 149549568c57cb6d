import CLibcurl
import CLibrary

extension CurlTransport {
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
