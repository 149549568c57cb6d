import Foundation

/// Authorities and servers' certificates in a temporary folder, made with `openssl` when they are
/// asked for, and servers that show them (`openssl s_server`).
///
/// It has two roots: one to be trusted first, and one that only the bundle has.
final class TLSWorld {
  /// What a server shows: its certificate, and the issuers that it sends along.
  enum Chain: String {
    /// Signed by the first root.
    case first
    /// Signed by an issuer that is sent along, which the first root signed, as AWS does it.
    case firstByIssuer
    /// Signed by the root that only the bundle has.
    case bundled
    /// Signed by an issuer that is sent along, which the bundle's root signed.
    case bundledByIssuer
    /// Signed by the bundle's root, which sends along a certificate of that root by a root that
    /// nobody has.
    case crossSigned
    /// Signed by a root that nobody has.
    case unknown
    /// Signed by a root of the first root's name, which is sent along.
    case impostor
    /// Signed by a server's certificate that the first root signed, and that is sent along.
    case signedByServer
    /// Signed by the first root, and expired.
    case expired
    /// Signed by the first root, for another host.
    case otherHost
    /// Signed by itself.
    case selfSigned
  }

  private static let authority = "basicConstraints=critical,CA:TRUE"
  private static let server = "subjectAltName=DNS:localhost"

  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try signItself("first-root")
    try signItself("bundled-root")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The bundle: the root that is trusted first is not in it.
  var bundle: String { path("bundled-root.pem") }

  /// The first root in DER.
  func firstRoot() throws -> [UInt8] {
    try openssl("x509", "-in", "first-root.pem", "-outform", "DER", "-out", "first-root.der")
    return try Array(Data(contentsOf: URL(fileURLWithPath: path("first-root.der"))))
  }

  /// Runs a server with a chain, and hands over the URL that reaches it.
  func serving<Result>(_ chain: Chain, _ body: (String) throws -> Result) throws -> Result {
    let sent = try make(chain).map { ["-cert_chain", "\($0).pem"] } ?? []
    let output = path("output")
    let server = try start(
      ["s_server", "-accept", "127.0.0.1:0", "-www", "-cert", "server.pem", "-key", "server.key"]
        + sent, output: output)
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    return try body("https://localhost:\(try port(output))/")
  }

  /// Makes `server.pem` and what it rests on; returns the certificate to send along, if any.
  private func make(_ chain: Chain) throws -> String? {
    switch chain {
    case .first: try sign("server", by: "first-root")
    case .bundled: try sign("server", by: "bundled-root")
    case .expired: try sign("server", by: "first-root", days: -1)
    case .otherHost:
      try sign("server", by: "first-root", extensions: "subjectAltName=DNS:other.example")
    case .selfSigned: try signItself("server", "-addext", TLSWorld.server)
    case .unknown:
      try signItself("unknown-root")
      try sign("server", by: "unknown-root")
    case .impostor:
      try signItself("impostor", name: "first-root")
      try sign("server", by: "impostor")
      return "impostor"
    case .firstByIssuer, .bundledByIssuer:
      let root = chain == .firstByIssuer ? "first-root" : "bundled-root"
      try sign("issuer", by: root, extensions: TLSWorld.authority)
      try sign("server", by: "issuer")
      return "issuer"
    case .signedByServer:
      try sign("issuer", by: "first-root")
      try sign("server", by: "issuer")
      return "issuer"
    case .crossSigned:
      try sign("server", by: "bundled-root")
      try signItself("unknown-root")
      try openssl(
        "req", "-new", "-key", "bundled-root.key", "-subj", "/CN=bundled-root", "-out", "cross.csr")
      try certify("cross", by: "unknown-root", extensions: TLSWorld.authority)
      return "cross"
    }
    return nil
  }

  private func signItself(_ file: String, name: String? = nil, _ more: String...) throws {
    try openssl(
      ["req", "-x509", "-days", "30", "-subj", "/CN=\(name ?? file)", "-out", "\(file).pem"]
        + TLSWorld.newKey(file) + more)
  }

  private func sign(
    _ file: String, by issuer: String, days: Int = 30, extensions: String = TLSWorld.server
  ) throws {
    try openssl(["req", "-subj", "/CN=\(file)", "-out", "\(file).csr"] + TLSWorld.newKey(file))
    try certify(file, by: issuer, days: days, extensions: extensions)
  }

  private func certify(
    _ file: String, by issuer: String, days: Int = 30, extensions: String
  ) throws {
    try extensions.write(toFile: path("extensions"), atomically: true, encoding: .utf8)
    try openssl(
      "x509", "-req", "-days", "\(days)", "-in", "\(file).csr", "-CA", "\(issuer).pem", "-CAkey",
      "\(issuer).key", "-CAcreateserial", "-extfile", "extensions", "-out", "\(file).pem")
  }

  private static func newKey(_ file: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "\(file).key"]
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Waits for the line `ACCEPT 127.0.0.1:port`.
  private func port(_ output: String) throws -> Int {
    var text = ""
    for _ in 0..<500 {
      text = try String(contentsOfFile: output, encoding: .utf8)
      if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT") }),
        text.hasSuffix("\n"), let number = line.split(separator: ":").last.flatMap({ Int($0) })
      {
        return number
      }
      usleep(10_000)
    }
    throw Failure(text: "openssl s_server said \(text)")
  }

  private func openssl(_ arguments: String...) throws { try openssl(arguments) }

  private func openssl(_ arguments: [String]) throws {
    let process = try start(arguments, output: path("output"))
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(text: try String(contentsOfFile: path("output"), encoding: .utf8))
    }
  }

  /// Starts openssl with a file for its output: a pipe would be inherited by whatever another test
  /// starts meanwhile, and would stay open.
  private func start(_ arguments: [String], output: String) throws -> Process {
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    defer { try? file.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    try process.run()
    return process
  }

  struct Failure: Error {
    var text: String
  }
}
