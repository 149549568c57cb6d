import CLibrary

/// The search for the file of trusted certificates.
///
/// A statically linked libcurl carries the path of the machine it was built on, which need not
/// exist where it runs: Debian's does not on Amazon Linux.
public enum CABundle {
  /// The variables that name a bundle, the strongest first.
  public static let variables = ["AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"]

  /// The places where systems keep theirs, Amazon Linux first.
  public static let places = [
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
  ]

  /// Returns the bundle to use, or nil when there is none anywhere.
  ///
  /// An empty variable counts as unset.
  ///
  /// - Throws: ``TransportError/Kind/invalid`` when a variable names a file that can't be read:
  ///   another bundle would trust other servers than were asked for.
  public static func locate(
    environment: [String: String], isReadable: (String) -> Bool = CABundle.isReadable
  ) throws(TransportError) -> String? {
    for variable in variables {
      guard let path = environment[variable], !path.isEmpty else { continue }
      guard isReadable(path) else {
        throw TransportError(
          .invalid,
          "\(variable) names the certificate bundle \(path), which can't be read: "
            + "correct the path or unset \(variable)")
      }
      return path
    }
    return places.first(where: isReadable)
  }

  /// Says whether this process may read a file: `access`.
  public static func isReadable(_ path: String) -> Bool {
    access(path, R_OK) == 0
  }
}
