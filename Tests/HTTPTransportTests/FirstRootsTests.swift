import Testing

@testable import HTTPTransport

@Suite("FirstRoots", .timeLimit(.minutes(1)))
struct FirstRootsTests {
  private let world: TLSWorld

  init() throws { world = try TLSWorld() }

  /// Asks a server that shows a chain.
  ///
  /// - Returns: the status, and whether the bundle was read for it.
  private func ask(
    _ chain: TLSWorld.Chain, hosts: [String] = ["localhost"], root: [UInt8]? = nil,
    bundle: String? = nil, times: Int = 1
  ) throws -> (status: Int, hasReadBundle: Bool) {
    let roots = FirstRoots(certificates: [try root ?? world.firstRoot()], hosts: hosts)
    let transport = try CurlTransport(
      .aws(caBundle: bundle ?? world.bundle, firstRoots: roots, userAgent: "test/1"))
    return try world.serving(chain) { url in
      var status = 0
      for _ in 0..<times {
        // s_server closes the connection after each answer.
        status = try transport.send(HTTPRequest(.get, url)).status
      }
      return (status, transport.hasReadBundle)
    }
  }

  @Test(
    "a chain that leads to a first root needs no bundle",
    arguments: [TLSWorld.Chain.first, .firstByIssuer])
  func firstRoot(chain: TLSWorld.Chain) throws {
    let answer = try ask(chain, times: 3)
    #expect(answer.status == 200)
    #expect(!answer.hasReadBundle)
  }

  @Test(
    "a chain that leads elsewhere is verified with the bundle, in one request",
    arguments: [TLSWorld.Chain.bundled, .bundledByIssuer, .crossSigned])
  func bundled(chain: TLSWorld.Chain) throws {
    let answer = try ask(chain, times: 3)
    #expect(answer.status == 200)
    #expect(answer.hasReadBundle)
  }

  @Test(
    "verification stays as strict, before the bundle is read and after",
    arguments: [
      TLSWorld.Chain.unknown, .impostor, .signedByServer, .expired, .otherHost, .selfSigned,
    ])
  func refused(chain: TLSWorld.Chain) throws {
    let roots = FirstRoots(certificates: [try world.firstRoot()], hosts: ["localhost"])
    let transport = try CurlTransport(
      .aws(caBundle: world.bundle, firstRoots: roots, userAgent: "test/1"))
    let bundleAlone = try CurlTransport(.aws(caBundle: world.bundle, userAgent: "test/1"))
    func refuses(_ transport: CurlTransport) throws {
      try world.serving(chain) { url in
        let error = #expect(throws: TransportError.self) {
          try transport.send(HTTPRequest(.get, url))
        }
        #expect(error?.kind == .tls)
      }
    }
    try refuses(transport)
    let bundled = try world.serving(.bundled) { try transport.send(HTTPRequest(.get, $0)) }
    #expect(bundled.status == 200)
    #expect(transport.hasReadBundle)
    try refuses(transport)
    try refuses(bundleAlone)
  }

  @Test("a host that the roots are not for is verified with the bundle alone")
  func otherHosts() throws {
    let error = #expect(throws: TransportError.self) { try ask(.first, hosts: [".example"]) }
    #expect(error?.kind == .tls)
    #expect(try ask(.bundled, hosts: [".example"]).status == 200)
  }

  @Test("hosts that the roots are not for never see them, not even after one that they are for")
  func mixedHosts() throws {
    let roots = FirstRoots(certificates: [try world.firstRoot()], hosts: ["localhost"])
    for bundle in [world.bundle, nil] {
      let transport = try CurlTransport(
        .aws(caBundle: bundle, firstRoots: roots, userAgent: "test/1"))
      // The certificate is for this name only through the host's own name, so it says more than a
      // wrong name: without the root it is not even looked at.
      try world.serving(.first) { url in
        let answer = try transport.send(HTTPRequest(.get, url))
        #expect(answer.status == 200)
        let byAddress = url.replacing("localhost", with: "127.0.0.1")
        let error = #expect(throws: TransportError.self) {
          try transport.send(HTTPRequest(.get, byAddress))
        }
        #expect(error?.kind == .tls)
        #expect(error?.message.contains("issuer") == true, "\(error?.message ?? "")")
      }
    }
  }

  @Test("without a readable bundle the first roots do, and nothing else is trusted")
  func noBundle() throws {
    #expect(try ask(.first, bundle: "/nonexistent.pem").status == 200)
    let error = #expect(throws: TransportError.self) {
      try ask(.bundled, bundle: "/nonexistent.pem")
    }
    #expect(error?.kind == .tls)
  }

  @Test("a root that can't be parsed fails the connection instead of being left out")
  func broken() throws {
    #expect(throws: TransportError.self) { try ask(.first, root: [0x30, 0x03, 1, 2, 3]) }
  }

  @Test(
    "a bundle that a variable names is trusted alone", arguments: CABundle.variables)
  func named(variable: String) throws {
    let roots = FirstRoots.amazon
    let named = try CurlConfiguration.aws(
      environment: [variable: world.bundle], firstRoots: roots, userAgent: "test/1")
    #expect(named.firstRoots == nil)
    #expect(named.caBundle == world.bundle)
    let unnamed = try CurlConfiguration.aws(
      environment: [variable: ""], firstRoots: roots, userAgent: "test/1")
    #expect(unnamed.firstRoots == roots)
  }

  @Test("Amazon's roots are for AWS's hosts alone")
  func hosts() {
    let roots = FirstRoots.amazon
    #expect(roots.certificates.count == 5)
    #expect(roots.serve("cloudfront.amazonaws.com"))
    #expect(roots.serve("sqs.eu-central-1.api.aws"))
    #expect(!roots.serve("amazonaws.com.example.org"))
    #expect(!roots.serve("evilamazonaws.com"))
    #expect(!roots.serve("cloudfront.cn-northwest-1.amazonaws.com.cn"))
    #expect(!roots.serve("localhost"))
  }
}
