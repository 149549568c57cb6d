import CLibcurl

extension TransportError.Kind {
  /// Sorts a `CURLcode` by what the caller may do about it.
  ///
  /// One code can mean two things: a timeout before anything was sent means that there never was a
  /// connection. An unknown code is ``broken``, which promises the least.
  init(code: Int, requestWasSent: Bool) {
    switch CURLcode(rawValue: UInt32(clamping: code)) {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
      // Also said of a connection that is reset in the middle of the handshake.
      CURLE_SSL_CONNECT_ERROR:
      self = .connect
    case CURLE_OPERATION_TIMEDOUT:
      self = requestWasSent ? .timeout : .connect
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS:
      self = .tls
    case CURLE_FILESIZE_EXCEEDED:
      self = .tooLarge
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Also said of an answer that is not HTTP.
      self = requestWasSent ? .broken : .invalid
    case CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT,
      CURLE_UNKNOWN_OPTION:
      // The state of a handle or of the machine, which says nothing about the request: it may
      // succeed with a fresh handle.
      self = requestWasSent ? .broken : .connect
    case CURLE_URL_MALFORMAT, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
      self = .invalid
    default:
      self = .broken
    }
  }
}
