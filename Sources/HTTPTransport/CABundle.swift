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
  /// An empty variable counts as unset. libcurl looks into the bundle only when it connects, and
  /// then names no variable, so one that a variable names is looked into here.
  ///
  /// - Parameter problem: says in words why a file is no bundle; nil where it is one.
  /// - Throws: ``TransportError/Kind/invalid`` when a variable names a file that is no bundle:
  ///   another one would trust other servers than were asked for.
  public static func locate(
    environment: [String: String], isReadable: (String) -> Bool = CABundle.isReadable,
    problem: (String) -> String? = CABundle.problem
  ) throws(TransportError) -> String? {
    for variable in variables {
      guard let path = environment[variable], !path.isEmpty else { continue }
      if let problem = problem(path) {
        throw TransportError(
          .invalid,
          "\(variable) names the certificate bundle \(path), which \(problem): "
            + "correct the path or unset \(variable)")
      }
      return path
    }
    return places.first(where: isReadable)
  }

  /// Says whether a variable names a bundle, which is then trusted alone.
  static func isNamed(in environment: [String: String]) -> Bool {
    variables.contains { environment[$0]?.isEmpty == false }
  }

  /// Says why a file is no bundle, such as "is a directory"; nil when it has a certificate in PEM.
  public static func problem(_ path: String) -> String? {
    let descriptor = retryingIfInterrupted { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return "can't be read (\(String(cString: strerror(errno))))" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while bytes.count <= maximumSize {
      let count = retryingIfInterrupted { read(descriptor, &piece, piece.count) }
      guard count >= 0 else {
        return errno == EISDIR
          ? "is a directory" : "can't be read (\(String(cString: strerror(errno))))"
      }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    return hasCertificate(bytes)
      ? nil : "contains no certificate in PEM format"
  }

  /// The most bytes that are looked into; the bundles of systems have about 250 KB.
  private static let maximumSize = 16 << 20

  /// Looks for one block of base64 that starts as a certificate does (DER: a sequence of more than
  /// 127 bytes).
  private static func hasCertificate(_ bytes: [UInt8]) -> Bool {
    var block: [UInt8]?
    var rest = bytes[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      let text = line.filter { $0 > 0x20 }
      if text.starts(with: "-----BEGIN".utf8) {
        block = text.suffix(16).elementsEqual("CERTIFICATE-----".utf8) ? [] : nil
      } else if text.starts(with: "-----END".utf8) {
        if let block, block.starts(with: "MI".utf8), block.allSatisfy(isBase64) { return true }
        block = nil
      } else {
        block? += text
      }
    }
    return false
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// Says whether this process may read a file: `access`.
  public static func isReadable(_ path: String) -> Bool {
    access(path, R_OK) == 0
  }
}
