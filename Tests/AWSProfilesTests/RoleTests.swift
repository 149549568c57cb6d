import LocalCloud
import SigV4
import Testing

@testable import AWSProfiles

@Suite("Roles")
struct RoleTests {
  private static let keys = "[base]\naws_access_key_id=BASE\naws_secret_access_key=b\n"

  private func world(_ config: String) throws -> World {
    let world = try World()
    world.environment["AWS_ENDPOINT_URL_STS"] = world.url
    try world.write(".aws/credentials", RoleTests.keys)
    try world.write(".aws/config", config)
    return world
  }

  @Test("source_profile, external id, session name and duration reach STS, signed by the source")
  func assumed() throws {
    let world = try world(
      """
      [profile site]
      role_arn = arn:aws:iam::123456789012:role/Site
      source_profile = base
      external_id = a+b
      role_session_name = deploy
      duration_seconds = 900
      """)
    world.answerRole("AssumeRole", key: "ASIA")
    let loaded = try world.load(profile: "site")
    #expect(loaded.keys.accessKeyID == "ASIA")
    #expect(loaded.keys.sessionToken == "t0ken")
    #expect(loaded.expiry == World.now + 3_600_000)
    #expect(
      loaded.source
        == "profile site (role arn:aws:iam::123456789012:role/Site, through profile base)")
    let request = try #require(world.received.first)
    #expect(
      request.text
        == "Action=AssumeRole&Version=2011-06-15"
        + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FSite&RoleSessionName=deploy"
        + "&DurationSeconds=900&ExternalId=a%2Bb")
    #expect(request["Authorization"]?.contains("Credential=BASE/20261125/us-east-1/sts/") == true)
  }

  @Test("a role through a role, and a session name where the profile has none")
  func chained() throws {
    let world = try world(
      """
      [profile outer]
      role_arn = arn:outer
      source_profile = inner
      region = eu-west-1
      [profile inner]
      role_arn = arn:inner
      source_profile = base
      """)
    world.answerRole("AssumeRole", key: "INNER")
    world.answerRole("AssumeRole", key: "OUTER")
    #expect(try world.load(profile: "outer").keys.accessKeyID == "OUTER")
    #expect(world.received.count == 2)
    #expect(world.received.last?["Authorization"]?.contains("INNER/20261125/eu-west-1/") == true)
    #expect(world.received.last?.text.contains("RoleSessionName=cfbridge-1795600800") == true)
  }

  @Test("a profile with keys of its own may be its own source")
  func itself() throws {
    let world = try world("[profile base]\nrole_arn = arn:r\nsource_profile = base\n")
    world.answerRole("AssumeRole", key: "ASIA")
    #expect(try world.load(profile: "base").keys.accessKeyID == "ASIA")
  }

  @Test(
    "what can't work is explained",
    arguments: [
      ("role_arn=arn:r\nsource_profile=x", "source_profile leads back to it: x -> x"),
      ("role_arn=arn:r\nsource_profile=gone", "source_profile gone does not exist"),
      ("role_arn=arn:r\nsource_profile=empty", "source_profile empty has no credentials"),
      ("role_arn=arn:r", "neither source_profile, credential_source nor"),
      ("role_arn=arn:r\nsource_profile=base\ncredential_source=Environment", "both"),
      ("role_arn=arn:r\ncredential_source=Elsewhere", "neither Environment"),
      ("role_arn=arn:r\ncredential_source=Environment", "has no credentials here"),
      (
        "role_arn=arn:r\nsource_profile=base\nmfa_serial=arn:m",
        "aws configure export-credentials --profile x"
      ),
    ])
  func refused(settings: String, words: String) throws {
    let world = try world("[profile x]\n\(settings)\n[profile empty]\nregion=us-east-1\n")
    #expect(world.failure(profile: "x").contains(words))
    #expect(world.received.isEmpty)
  }

  @Test("credential_source takes the keys of the environment")
  func credentialSource() throws {
    let world = try world("[profile x]\nrole_arn=arn:r\ncredential_source=Environment\n")
    world.environment["AWS_ACCESS_KEY_ID"] = "ENV"
    world.environment["AWS_SECRET_ACCESS_KEY"] = "e"
    world.answerRole("AssumeRole", key: "ASIA")
    #expect(try world.load(profile: "x").keys.accessKeyID == "ASIA")
    #expect(world.received.first?["Authorization"]?.contains("Credential=ENV/") == true)
  }

  @Test("a refusal is quoted in STS's own words")
  func denied() throws {
    let world = try world("[profile x]\nrole_arn=arn:r\nsource_profile=base\n")
    world.answer(
      "AssumeRole", 403,
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
        + "<Message>User: arn:u is not authorized</Message></Error></ErrorResponse>")
    #expect(
      world.failure(profile: "x")
        == "STS refused AssumeRole: AccessDenied (status 403): User: arn:u is not authorized.")
    #expect(world.received.count == 1)
  }

  @Test("web identity: the token goes to STS unsigned, from a profile or from variables")
  func webIdentity() throws {
    let world = try world("[profile x]\nrole_arn=arn:r\nweb_identity_token_file=/dev/null\n")
    try world.write("token", "eyJ0.e30.x\n")
    world.answer("AssumeRoleWithWebIdentity", 500, "")
    world.answerRole("AssumeRoleWithWebIdentity", key: "ASIA")
    world.environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "\(world.home)/token"
    world.environment["AWS_ROLE_ARN"] = "arn:pod"
    world.environment["AWS_ROLE_SESSION_NAME"] = "pod"
    let loaded = try world.load()
    #expect(loaded.keys.accessKeyID == "ASIA")
    #expect(loaded.source == "the role arn:pod of AWS_WEB_IDENTITY_TOKEN_FILE")
    // The first answer was a failure that may pass.
    #expect(world.received.count == 2)
    #expect(world.received.last?["Authorization"] == nil)
    #expect(world.received.last?.text.hasSuffix("&WebIdentityToken=eyJ0.e30.x") == true)
    #expect(try world.load(profile: "x").source == "profile x (role arn:r, web identity)")
    world.environment["AWS_ROLE_ARN"] = nil
    #expect(world.failure().contains("AWS_ROLE_ARN is not set"))
  }
}
