import CTrust

/// Root certificates that are trusted before the bundle is read, for some hosts.
///
/// Reading a system's bundle of 140 certificates takes 20 to 40 ms of CPU, which is most of a first
/// request over TLS; five take 1 ms. The bundle is read in the same handshake, before the
/// verification, when the certificates that a server sends do not lead to one of them.
public struct FirstRoots: Sendable, Equatable {
  /// The certificates in DER.
  public var certificates: [[UInt8]]
  /// The ends of the host names they are for, each with its dot, or whole names.
  public var hosts: [String]

  /// Creates a set of roots; they are parsed when the first connection needs them.
  public init(certificates: [[UInt8]], hosts: [String]) {
    self.certificates = certificates
    self.hosts = hosts
  }

  /// The roots of Amazon Trust Services for AWS's own endpoints.
  ///
  /// https://www.amazontrust.com/repository/
  public static var amazon: FirstRoots {
    var certificates: [[UInt8]] = []
    while let root = cfb_amazon_root(certificates.count)?.pointee {
      certificates.append(Array(UnsafeBufferPointer(start: root.bytes, count: root.count)))
    }
    return FirstRoots(certificates: certificates, hosts: [".amazonaws.com", ".api.aws"])
  }

  /// Whether they are for a host, given in lower case.
  func serve(_ host: String) -> Bool {
    hosts.contains { $0.utf8.first == UInt8(ascii: ".") ? host.hasSuffix($0) : host == $0 }
  }
}
