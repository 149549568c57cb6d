import CLibcurl
import CTrust

/// The owner of what one transport trusts before it reads the bundle, and of OpenSSL's store of it.
///
/// The contexts of libcurl's connections have plain pointers to it, so it must outlive the handle.
final class TrustStore {
  private let pointer: OpaquePointer

  /// Copies the roots; parses them when the first connection needs them.
  init(_ roots: FirstRoots, bundle: String?) throws(TransportError) {
    guard let pointer = cfb_trust_create(bundle) else {
      throw TransportError(.connect, "no memory for a store of certificates")
    }
    self.pointer = pointer
    for root in roots.certificates where cfb_trust_add_root(pointer, root, root.count) == 0 {
      throw TransportError(.connect, "no memory for a store of certificates")
    }
  }

  deinit {
    cfb_trust_free(pointer)
  }

  /// Whether a chain did not lead to one of the roots.
  var hasReadBundle: Bool { cfb_trust_has_read_bundle(pointer) != 0 }

  /// Does what the first connection would have to do; it tries again what fails here.
  func prepare() {
    _ = cfb_trust_prepare(pointer)
  }

  /// Makes a transfer use it: `CURLOPT_SSL_CTX_FUNCTION`.
  ///
  /// - Returns: whether libcurl could; another TLS library than OpenSSL has no such function.
  func attach(to handle: borrowing CurlHandle) -> Bool {
    let code = cfb_set_tls_context(handle.pointer, UnsafeMutableRawPointer(pointer)) {
      _, context, trust in
      guard let context, let trust else { return CURLE_BAD_FUNCTION_ARGUMENT }
      let isSet = cfb_trust_apply(OpaquePointer(trust), context) != 0
      return isSet ? CURLE_OK : CURLE_SSL_CERTPROBLEM
    }
    return code == CURLE_OK
  }
}
