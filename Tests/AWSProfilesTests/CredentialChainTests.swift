import SigV4
import Testing

@testable import AWSProfiles

@Suite("The order of credential sources")
struct CredentialChainTests {
  @Test("variables come before the default profile, and AWS_PROFILE alone changes nothing")
  func variablesFirst() throws {
    let world = try World()
    try world.write(".aws/credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=f\n")
    try world.write(".aws/config", "[profile work]\nregion=eu-west-1\n")
    world.environment["AWS_ACCESS_KEY_ID"] = "E"
    world.environment["AWS_SECRET_ACCESS_KEY"] = "e"
    world.environment["AWS_SESSION_TOKEN"] = "t"
    #expect(
      try world.load()
        == LoadedCredentials(
          Credentials(accessKeyID: "E", secretAccessKey: "e", sessionToken: "t"),
          source: "environment variables"))
    world.environment["AWS_PROFILE"] = "work"
    #expect(try world.load().source == "environment variables")
  }

  @Test("--profile comes before variables")
  func chosenProfile() throws {
    let world = try World()
    try world.write(".aws/credentials", "[work]\naws_access_key_id=W\naws_secret_access_key=w\n")
    world.environment["AWS_ACCESS_KEY_ID"] = "E"
    world.environment["AWS_SECRET_ACCESS_KEY"] = "e"
    #expect(try world.load(profile: "work").keys.accessKeyID == "W")
    #expect(try world.load(profile: "work").source == "profile work")
  }

  @Test("the credentials file comes before the configuration file")
  func bothFiles() throws {
    let world = try World()
    try world.write(
      ".aws/config",
      "[default]\naws_access_key_id=C\naws_secret_access_key=c\ncredential_process=false\n")
    try world.write(".aws/credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=f\n")
    #expect(try world.load().keys.accessKeyID == "F")
    try world.write(".aws/credentials", "")
    try world.write(".aws/config", "[default]\naws_access_key_id=C\naws_secret_access_key=c\n")
    #expect(try world.load().keys.accessKeyID == "C")
  }

  @Test("variables name other files")
  func otherFiles() throws {
    let world = try World()
    try world.write("conf", "[profile x]\nregion=eu-west-1\n")
    try world.write("keys", "[x]\naws_access_key_id=X\naws_secret_access_key=x\n")
    world.environment["AWS_CONFIG_FILE"] = "~/conf"
    world.environment["AWS_SHARED_CREDENTIALS_FILE"] = "\(world.home)/keys"
    world.environment["AWS_PROFILE"] = "x"
    #expect(try world.load().keys.accessKeyID == "X")
    #expect(try world.account().region == "eu-west-1")
  }

  @Test("a profile that no file has is an error that names those there are")
  func missingProfile() throws {
    let world = try World()
    try world.write(".aws/config", "[default]\n[profile a]\n[sso-session s]\n")
    try world.write(".aws/credentials", "[b]\n")
    #expect(world.failure(profile: "c").contains("There are: a, b, default."))
    world.environment["AWS_PROFILE"] = "c"
    #expect(world.failure().contains("There is no profile c"))
  }

  @Test("half a pair of keys is an error, not a reason to look elsewhere")
  func half() throws {
    let world = try World()
    try world.write(".aws/credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=f\n")
    world.environment["AWS_ACCESS_KEY_ID"] = "E"
    #expect(world.failure().contains("AWS_SECRET_ACCESS_KEY is not set"))
    world.environment["AWS_ACCESS_KEY_ID"] = nil
    world.environment["AWS_SECRET_ACCESS_KEY"] = "e"
    #expect(world.failure().contains("AWS_ACCESS_KEY_ID is not set"))
    world.environment["AWS_SECRET_ACCESS_KEY"] = nil
    try world.write(".aws/credentials", "[default]\naws_access_key_id=F\n")
    #expect(world.failure().contains("no aws_secret_access_key"))
  }

  @Test("expired keys are an error, not a reason to look elsewhere")
  func expired() throws {
    let world = try World()
    try world.write(".aws/credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=f\n")
    world.environment["AWS_ACCESS_KEY_ID"] = "E"
    world.environment["AWS_SECRET_ACCESS_KEY"] = "e"
    world.environment["AWS_CREDENTIAL_EXPIRATION"] = "2026-11-25T09:59:59+00:00"
    #expect(
      world.failure()
        == "The credentials from environment variables expired at 2026-11-25T09:59:59Z. Set new"
        + " ones, or unset AWS_ACCESS_KEY_ID to use a profile.")
    world.environment["AWS_CREDENTIAL_EXPIRATION"] = "2026-11-25T10:00:01+00:00"
    #expect(try world.load().keys.accessKeyID == "E")
  }

  @Test("without any the error says where they were looked for, and which command makes some")
  func none() throws {
    let world = try World()
    let text = world.failure()
    for words in [
      "AWS_ACCESS_KEY_ID", "\(world.home)/.aws/config", "AWS_EC2_METADATA_DISABLED",
      "aws login",
    ] {
      #expect(text.contains(words))
    }
  }

  @Test("a key with a line break is refused without being shown")
  func lineBreak() throws {
    let world = try World()
    world.environment["AWS_ACCESS_KEY_ID"] = "E"
    world.environment["AWS_SECRET_ACCESS_KEY"] = "sEcr3t\nX: y"
    #expect(world.failure().contains("secret access key contains"))
    #expect(!world.failure().contains("sEcr3t"))
  }
}
