import CLibrary
import Clock
import HTTPTransport
import LocalCloud
import Testing

@testable import AWSProfiles

/// A home directory, a clock, and a server on loopback for everything that hands out credentials.
final class World {
  /// 2026-11-25T10:00:00Z.
  static let now: Int64 = 1_795_600_800_000

  let home: String
  var environment: [String: String]
  var wall = World.now
  private let server: LoopbackServer
  private let requests = Locked<[ServerRequest]>([])
  private let answers = Locked<[String: [ServerAnswer]]>([:])

  init() throws {
    var template = Array("/tmp/cfbridge-home-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ProgramRun.Failure(description: "no directory") }
    home = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    environment = ["HOME": home, "AWS_EC2_METADATA_DISABLED": "true"]
    server = try LoopbackServer()
    let requests = requests
    let answers = answers
    try server.start { request in
      requests.withLock { $0.append(request) }
      let action = request.text.split(separator: "&").first { $0.hasPrefix("Action=") }
      let name = action.map { String($0.dropFirst("Action=".count)) }
      let key = name ?? "\(request.method) \(request.path)"
      return answers.withLock { answers in
        guard var queue = answers[key], let first = queue.first else { return .answer(404) }
        if queue.count > 1 { queue.removeFirst() }
        answers[key] = queue
        return .answer(first)
      }
    }
  }

  deinit {
    server.stop()
    for folder in ["/.aws/sso/cache", "/.aws/login/cache", "/.aws/sso", "/.aws/login", "/.aws", ""]
    {
      for name in files(in: home + folder) { unlink("\(home)\(folder)/\(name)") }
      rmdir(home + folder)
    }
  }

  /// Where the server is.
  var url: String { "http://\(server.address)" }
  /// The requests that came, in their order.
  var received: [ServerRequest] { requests.withLock { $0 } }

  /// Gives the next answers to a request, such as `GET /path`, or to a call of STS, such as
  /// `AssumeRole`. The last one stays.
  func answer(_ request: String, _ status: Int, _ body: String) {
    answers.withLock { $0[request, default: []].append(ServerAnswer(status: status, body: body)) }
  }

  /// Gives credentials as STS does.
  func answerRole(_ operation: String, key: String, expiration: String = "2026-11-25T11:00:00Z") {
    answer(
      operation, 200,
      """
      <\(operation)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(operation)Result>\
      <Credentials><AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>sEcr3t</SecretAccessKey>\
      <SessionToken>t0ken</SessionToken><Expiration>\(expiration)</Expiration></Credentials>\
      </\(operation)Result></\(operation)Response>
      """)
  }

  /// Writes a file below the home directory.
  func write(_ path: String, _ text: String, executable: Bool = false) throws {
    var folder = home
    for part in path.split(separator: "/").dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o700)
    }
    let descriptor = open(
      "\(home)/\(path)", O_WRONLY | O_CREAT | O_TRUNC, executable ? 0o700 : 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(CLibrary.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  private func files(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  /// The surroundings that real credentials are fetched with, but for the clock.
  func surroundings() throws -> Surroundings {
    Surroundings(
      environment: environment,
      transport: try CurlTransport(.aws(caBundle: nil, userAgent: "tests")),
      time: TimeSource(
        wallMilliseconds: { self.wall }, monotonic: { .zero }, sleep: { _ in }),
      random: { 0 })
  }

  /// An account of this world.
  func account(profile: String? = nil, region: String? = nil) throws -> AWSAccount {
    let settings = try AccountSettings(
      environment: environment, profile: profile, region: region)
    return AWSAccount(settings, surroundings: try surroundings())
  }

  /// Loads credentials.
  func load(profile: String? = nil) throws -> LoadedCredentials {
    let settings = try AccountSettings(environment: environment, profile: profile)
    var completed = try surroundings()
    completed.environment = settings.environment
    return try CredentialChain(completed, settings).load()
  }

  /// The text of the error that loading ends with.
  func failure(profile: String? = nil) -> String {
    do {
      return "no error: \(try load(profile: profile).source)"
    } catch {
      return "\(error)"
    }
  }
}
