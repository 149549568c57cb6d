import LocalCloud
import Clock
import HTTPTransport
import SigV4
import Testing

@testable import AWSProfiles

@Suite("Credentials of a container")
struct ContainerTests {
  private static let answer = """
    {"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-25T11:00:00Z",\
    "RoleArn":"arn:r"}
    """

  @Test("a full URI on this machine, with the token of a file that is read each time")
  func fullURI() throws {
    let world = try World()
    world.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(world.url)/creds?x=1"
    world.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "\(world.home)/token"
    world.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "not this"
    try world.write("token", "Bearer one")
    world.answer("GET /creds", 503, "")
    world.answer("GET /creds", 200, ContainerTests.answer)
    let loaded = try world.load()
    #expect(loaded.keys.accessKeyID == "ASIA")
    #expect(loaded.expiry == World.now + 3_600_000)
    #expect(loaded.source == "the container's agent")
    #expect(world.received.map { $0["Authorization"] } == ["Bearer one", "Bearer one"])
    #expect(world.received.last?.query == "x=1")
    try world.write("token", "Bearer two")
    _ = try world.load()
    #expect(world.received.last?["Authorization"] == "Bearer two")
    try world.write("token", "Bearer\r\ntwo")
    #expect(world.failure().contains("authorization token contains a line break"))
  }

  @Test("a relative URI is of the ECS agent")
  func relativeURI() throws {
    let agent = RecordingTransport(
      HTTPResponse(status: 200, body: Array(ContainerTests.answer.utf8)))
    let world = try World()
    world.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/1"
    var surroundings = try world.surroundings()
    surroundings.transport = agent
    #expect(try #require(ContainerCredentials(surroundings)).load().keys.accessKeyID == "ASIA")
    #expect(agent.requests.map(\.url) == ["http://169.254.170.2/v2/credentials/1"])
  }

  @Test(
    "plain http elsewhere would show the token to others",
    arguments: [
      "http://10.0.0.1/x", "http://127.0.0.1.evil.example/x", "ftp://127.0.0.1/", "nonsense",
    ])
  func refusedURI(url: String) throws {
    let world = try World()
    world.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url
    #expect(world.failure().contains("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
  }

  @Test(
    "an answer without keys is an error that shows none",
    arguments: [(404, ""), (200, "[]"), (200, "{\"SecretAccessKey\":\"sEcr3t\"}"), (200, "sEcr3t")])
  func badAnswer(status: Int, body: String) throws {
    let world = try World()
    world.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "\(world.url)/creds"
    world.answer("GET /creds", status, body)
    #expect(world.failure().hasPrefix("the container's agent gave no credentials"))
    #expect(!world.failure().contains("sEcr3t"))
  }
}

@Suite("Credentials of an instance")
struct InstanceTests {
  private static let path = "/latest/meta-data/iam/security-credentials/"

  private func world() throws -> World {
    let world = try World()
    world.environment["AWS_EC2_METADATA_DISABLED"] = nil
    world.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = world.url + "/"
    return world
  }

  @Test("version 2: a token by PUT, then the role's name, then its keys")
  func keys() throws {
    let world = try world()
    world.answer("PUT /latest/api/token", 200, "tok")
    world.answer("GET \(InstanceTests.path)", 200, "web\n")
    world.answer(
      "GET \(InstanceTests.path)web", 200,
      """
      {"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t",\
      "Expiration":"2026-11-25T16:00:00Z"}
      """)
    let loaded = try world.load()
    #expect(loaded.keys.accessKeyID == "ASIA")
    #expect(loaded.source == "the instance's role web")
    #expect(world.received.map(\.method) == ["PUT", "GET", "GET"])
    #expect(world.received.first?["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
    #expect(world.received.first?.body == [])
    #expect(world.received.dropFirst().allSatisfy { $0["X-aws-ec2-metadata-token"] == "tok" })
  }

  @Test("an instance without a role, or no instance at all, has none")
  func none() throws {
    let world = try world()
    #expect(world.failure().contains("metadata service (no answer)"))
    world.answer("PUT /latest/api/token", 200, "tok")
    #expect(world.failure().contains("metadata service (no answer)"))
    world.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1"
    #expect(world.failure().contains("metadata service (no answer)"))
  }

  @Test("a service that fails is an error")
  func failing() throws {
    let world = try world()
    world.answer("PUT /latest/api/token", 200, "tok")
    world.answer("GET \(InstanceTests.path)", 200, "web")
    world.answer("GET \(InstanceTests.path)web", 200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\"}")
    #expect(world.failure().contains("AssumeRoleUnauthorizedAccess"))
  }

  @Test("it is asked once, for at most a second, unless variables say otherwise")
  func bounded() throws {
    let silent = RecordingTransport(nil)
    let world = try world()
    var surroundings = try world.surroundings()
    surroundings.transport = silent
    #expect(try #require(InstanceCredentials(surroundings)).load() == nil)
    #expect(silent.requests.map(\.timeout) == [.seconds(1)])
    surroundings.environment["AWS_METADATA_SERVICE_TIMEOUT"] = "300"
    surroundings.environment["AWS_METADATA_SERVICE_NUM_ATTEMPTS"] = "2"
    #expect(try #require(InstanceCredentials(surroundings)).load() == nil)
    #expect(silent.requests.dropFirst().map(\.timeout) == [.seconds(10), .seconds(10)])
  }
}

/// A transport that gives one answer again and again; nil is no answer.
final class RecordingTransport: Transport {
  private let answer: HTTPResponse?
  private(set) var requests: [HTTPRequest] = []

  init(_ answer: HTTPResponse?) {
    self.answer = answer
  }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    requests.append(request)
    if let answer { return answer }
    throw TransportError(.connect, "nobody answers")
  }
}
