import LocalCloud
import Digest
import Encoding
import SigV4
import Testing

@testable import AWSProfiles

@Suite("credential_process")
struct ProcessTests {
  private func world(_ script: String) throws -> World {
    let world = try World()
    try world.write("get keys", "#!/bin/sh\n\(script)\n", executable: true)
    try world.write(
      ".aws/config", "[default]\ncredential_process = \"\(world.home)/get keys\" --for 'a b' \"\"\n"
    )
    return world
  }

  @Test("the program runs without a shell, with its arguments as they are quoted")
  func keys() throws {
    let world = try world(
      """
      printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"s","SessionToken":"t",' "$#-$2"
      printf '"Expiration":"2026-11-25T10:30:00Z"}'
      """.replacing("$#-$2", with: "$#$1"))
    let loaded = try world.load()
    #expect(loaded.keys.accessKeyID == "3--for")
    #expect(loaded.expiry == World.now + 1_800_000)
    #expect(loaded.source == "profile default (credential_process \(world.home)/get keys)")
  }

  @Test(
    "what goes wrong is told in the program's words",
    arguments: [
      ("echo 'no ticket' >&2; exit 3", "ended with status 3: no ticket"),
      ("kill -9 $$", "ended with status 137"),
      ("echo sEcr3t", "not valid JSON"),
      ("echo '{\"Version\":2}'", "the Version of its answer is not 1"),
      ("echo '{\"Version\":1}'", "there is no access key id"),
      (
        "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"sEcr3t\","
          + "\"Expiration\":\"2026-11-25T09:00:00Z\"}'",
        "expired at 2026-11-25T09:00:00Z. Log in again"
      ),
    ])
  func failing(script: String, words: String) throws {
    let text = try world(script).failure()
    #expect(text.contains(words))
    #expect(!text.contains("sEcr3t"))
  }

  @Test("a program that does not exist is named")
  func missing() throws {
    let world = try World()
    try world.write(".aws/config", "[default]\ncredential_process = no-such-program-here x\n")
    #expect(world.failure().contains("no-such-program-here: No such file or directory"))
  }

  @Test(
    "command lines are split as a shell does",
    arguments: [
      ("a b  c", ["a", "b", "c"]), ("'a b' \"c d\"", ["a b", "c d"]),
      ("a\\ b \"\\\"\"", ["a b", "\""]),
      ("'a\\b' \"a\\b\"", ["a\\b", "a\\b"]), ("a'b'c \"\"", ["abc", ""]), ("", []),
    ])
  func words(text: String, words: [String]) {
    #expect(ShellWords.split(text) == words)
  }

  @Test("a quote without an end is no command", arguments: ["a 'b", "a \"b", "a \\"])
  func openQuote(text: String) {
    #expect(ShellWords.split(text) == nil)
  }
}

@Suite("IAM Identity Center")
struct SSOTests {
  private static let profile = """
    [profile site]
    sso_session = corp
    sso_account_id = 123456789012
    sso_role_name = Admin
    [sso-session corp]
    sso_start_url = https://corp.awsapps.example/start
    sso_region = eu-west-1
    """

  private func world(
    _ config: String = SSOTests.profile, key: String = "corp",
    expiresAt: String = "2026-11-25T11:00:00Z"
  ) throws -> World {
    let world = try World()
    world.environment["AWS_ENDPOINT_URL_SSO"] = world.url
    try world.write(".aws/config", config)
    let name = Hex.encode(SHA1.digest(of: Array(key.utf8)))
    try world.write(
      ".aws/sso/cache/\(name).json",
      "{\"startUrl\":\"https://x\",\"accessToken\":\"t0k\",\"expiresAt\":\"\(expiresAt)\"}")
    return world
  }

  private func answer(_ world: World) {
    world.answer(
      "GET /federation/credentials", 200,
      """
      {"roleCredentials":{"accessKeyId":"ASIA","secretAccessKey":"s","sessionToken":"t",\
      "expiration":1795604400000}}
      """)
  }

  @Test("the cached token is exchanged for the role's keys")
  func keys() throws {
    let world = try world()
    answer(world)
    let loaded = try world.load(profile: "site")
    #expect(loaded.keys.accessKeyID == "ASIA")
    #expect(loaded.expiry == World.now + 3_600_000)
    #expect(loaded.source == "profile site (SSO role Admin)")
    let request = try #require(world.received.first)
    #expect(request.query == "account_id=123456789012&role_name=Admin")
    #expect(request["x-amz-sso_bearer_token"] == "t0k")
    #expect(request["Authorization"] == nil)
  }

  @Test("a profile of the old form names its token by the start URL")
  func legacy() throws {
    let world = try world(
      "[default]\nsso_start_url=https://s\nsso_region=eu-west-1\nsso_account_id=1\n"
        + "sso_role_name=R\n", key: "https://s", expiresAt: "2026-11-25T11:00:00UTC")
    answer(world)
    #expect(try world.load().keys.accessKeyID == "ASIA")
  }

  @Test("without a valid token the error says which command to run")
  func noToken() throws {
    let expired = try world(expiresAt: "2026-11-25T09:00:00Z")
    #expect(
      expired.failure(profile: "site").hasPrefix(
        "The SSO token of profile site expired at 2026-11-25T09:00:00Z. Run `aws sso login"
          + " --profile site`."))
    #expect(expired.received.isEmpty)
    let other = try world(key: "other")
    #expect(other.failure(profile: "site").contains("Run `aws sso login --profile site`."))
    let refused = try world()
    refused.answer("GET /federation/credentials", 401, "{\"message\":\"no\"}")
    #expect(refused.failure(profile: "site").contains("Run `aws sso login --profile site`."))
    let unknown = try world()
    unknown.answer("GET /federation/credentials", 403, "{\"message\":\"no\"}")
    #expect(unknown.failure(profile: "site").contains("no role Admin in account 123456789012"))
  }

  @Test("an incomplete profile is explained")
  func incomplete() throws {
    let world = try world("[default]\nsso_account_id=1\nsso_role_name=R\nsso_session=gone\n")
    #expect(world.failure().contains("no section [sso-session gone]"))
  }
}

@Suite("aws login")
struct LoginTests {
  private func world(expiresAt: String) throws -> World {
    let world = try World()
    let session = "arn:aws:iam::123456789012:user/x"
    try world.write(".aws/config", "[profile me]\nlogin_session = \(session)\n")
    try world.write(
      ".aws/login/cache/\(Hex.encode(SHA256.digest(of: Array(session.utf8)))).json",
      """
      {"accessToken":{"accessKeyId":"ASIA","secretAccessKey":"s","sessionToken":"t",\
      "accountId":"123456789012","expiresAt":"\(expiresAt)"},"refreshToken":"r"}
      """)
    return world
  }

  @Test("unexpired keys of the cache are used as they are")
  func keys() throws {
    let loaded = try world(expiresAt: "2026-11-25T10:14:00Z").load(profile: "me")
    #expect(loaded.keys.accessKeyID == "ASIA")
    #expect(loaded.source == "profile me (aws login)")
  }

  @Test("expired or missing ones lead to the command")
  func expired() throws {
    let expired = try world(expiresAt: "2026-11-25T09:59:00Z")
    #expect(expired.failure(profile: "me").contains("`aws login --profile me`"))
    #expect(expired.failure(profile: "me").contains("aws configure export-credentials"))
    try expired.write(".aws/config", "[profile me]\nlogin_session = other\n")
    #expect(expired.failure(profile: "me").contains("Run `aws login --profile me`."))
  }
}
