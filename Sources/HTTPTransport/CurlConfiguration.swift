/// What one ``CurlTransport`` may do: which protocols, which proxy, which certificates, how much.
public struct CurlConfiguration: Sendable, Equatable {
  /// Where a proxy may come from.
  public enum Proxy: Sendable {
    /// Always connect directly, whatever the environment says.
    case direct
    /// `https_proxy` and its kin are honoured, except for loopback and link-local hosts.
    case environment
  }

  /// Refuses `https` too: plain HTTP is all the server speaks.
  public var httpOnly: Bool
  /// Where a proxy may come from.
  public var proxy: Proxy
  /// The longest time until there is a connection, TLS included.
  public var connectTimeout: Duration
  /// The largest body of an answer, in bytes; more is ``TransportError/Kind/tooLarge``.
  public var maximumBodySize: Int
  /// How long a connection may idle and still be used again, in seconds.
  public var maximumIdleSeconds: Int
  /// A file of trusted certificates (PEM); nil takes libcurl's compiled-in one.
  public var caBundle: String?
  /// The certificates that some hosts' chains usually end in, which spare reading the bundle; nil
  /// takes the bundle for every host.
  public var firstRoots: FirstRoots?
  /// Sent as `User-Agent` unless the request has its own; nil sends none.
  public var userAgent: String?

  /// Creates a configuration; ``runtimeAPI`` and ``aws(caBundle:userAgent:)`` are the two in use.
  public init(
    httpOnly: Bool, proxy: Proxy, connectTimeout: Duration, maximumBodySize: Int,
    maximumIdleSeconds: Int, caBundle: String? = nil, firstRoots: FirstRoots? = nil,
    userAgent: String? = nil
  ) {
    self.httpOnly = httpOnly
    self.proxy = proxy
    self.connectTimeout = connectTimeout
    self.maximumBodySize = maximumBodySize
    self.maximumIdleSeconds = maximumIdleSeconds
    self.caBundle = caBundle
    self.firstRoots = firstRoots
    self.userAgent = userAgent
  }

  /// The settings for Lambda's Runtime API: a plain HTTP server on this machine.
  ///
  /// An event has at most 6 MiB and 100 bytes. A connection may idle as long as a function may
  /// run, 15 minutes: libcurl looks whether the server closed it before using it again.
  public static var runtimeAPI: CurlConfiguration {
    CurlConfiguration(
      httpOnly: true, proxy: .direct, connectTimeout: .seconds(1),
      maximumBodySize: 6 * 1024 * 1024 + 100, maximumIdleSeconds: 900)
  }

  /// The settings for AWS services over the internet, and for what stands in for them.
  ///
  /// Because an execution environment is frozen between invocations, it does not learn that a load
  /// balancer gave up meanwhile. So connections that idled for more than 30 s are not used again.
  ///
  /// - Throws: ``TransportError/Kind/invalid`` when a variable names a file that is no bundle.
  public static func aws(
    environment: [String: String], firstRoots: FirstRoots, userAgent: String
  ) throws(TransportError) -> CurlConfiguration {
    // A bundle that somebody names is trusted alone.
    .aws(
      caBundle: try CABundle.locate(environment: environment),
      firstRoots: CABundle.isNamed(in: environment) ? nil : firstRoots, userAgent: userAgent)
  }

  /// The same with a bundle that has been found.
  public static func aws(
    caBundle: String?, firstRoots: FirstRoots? = nil, userAgent: String
  ) -> CurlConfiguration {
    CurlConfiguration(
      httpOnly: false, proxy: .environment, connectTimeout: .seconds(3),
      maximumBodySize: 16 * 1024 * 1024, maximumIdleSeconds: 30, caBundle: caBundle,
      firstRoots: firstRoots, userAgent: userAgent)
  }
}
