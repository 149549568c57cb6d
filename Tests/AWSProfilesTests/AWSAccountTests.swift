import LocalCloud
import AWSClient
import HTTPTransport
import SigV4
import Testing

@testable import AWSProfiles

@Suite("An account")
struct AWSAccountTests {
  private static let identity = """
    <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDA</UserId>\
    <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>
    """

  @Test("says who its credentials belong to, and where they come from")
  func identity() throws {
    let world = try World()
    world.environment["AWS_ENDPOINT_URL_STS"] = world.url
    try world.write(
      ".aws/credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=sEcr3t\n")
    world.answer("GetCallerIdentity", 200, AWSAccountTests.identity)
    let identity = try world.account(region: "eu-west-1").identity()
    #expect(
      identity
        == CallerIdentity(
          account: "123456789012", arn: "arn:aws:iam::123456789012:user/me",
          source: "profile default"))
    #expect(!String(reflecting: identity).contains("sEcr3t"))
    #expect(world.received.first?["Authorization"]?.contains("/eu-west-1/sts/") == true)
  }

  private func roleWorld() throws -> World {
    let world = try World()
    world.environment["AWS_ENDPOINT_URL"] = world.url
    try world.write(
      ".aws/config",
      "[default]\nrole_arn=arn:r\nsource_profile=base\n"
        + "[profile base]\naws_access_key_id=A\naws_secret_access_key=a\n")
    world.answerRole("AssumeRole", key: "ONE")
    world.answerRole("AssumeRole", key: "TWO", expiration: "2026-11-25T12:00:00Z")
    return world
  }

  @Test("its providers share credentials, and renew them once before they expire")
  func renewal() throws {
    let world = try roleWorld()
    let account = try world.account()
    let first = account.provider()
    let second = account.provider()
    #expect(try first.load().accessKeyID == "ONE")
    #expect(try second.load().accessKeyID == "ONE")
    #expect(!first.areExpiring())
    #expect(world.received.count == 1)
    // Four minutes before the end.
    world.wall += 56 * 60_000
    #expect(first.areExpiring())
    #expect(!second.areExpiring())
    #expect(try first.load().accessKeyID == "TWO")
    #expect(try second.load().accessKeyID == "TWO")
    #expect(world.received.count == 2)
  }

  @Test("a renewal that fails leaves valid credentials in use, and expired ones not")
  func failedRenewal() throws {
    let world = try World()
    world.environment["AWS_ENDPOINT_URL"] = world.url
    try world.write(
      ".aws/config",
      "[default]\nrole_arn=arn:r\nsource_profile=base\n"
        + "[profile base]\naws_access_key_id=A\naws_secret_access_key=a\n")
    world.answerRole("AssumeRole", key: "ONE")
    world.answer("AssumeRole", 403, "<E><Code>AccessDenied</Code><Message>no</Message></E>")
    let provider = try world.account().provider()
    #expect(try provider.load().accessKeyID == "ONE")
    world.wall += 56 * 60_000
    #expect(provider.areExpiring())
    #expect(try provider.load().accessKeyID == "ONE")
    #expect(!provider.areExpiring())
    world.wall += 5 * 60_000
    #expect(provider.areExpiring())
    #expect(throws: AWSClientError.self) { try provider.load() }
  }

  @Test("a client renews them before the request, not after a refusal")
  func client() throws {
    let world = try roleWorld()
    let account = try world.account()
    world.answer("GET /x", 200, "")
    let client = try account.surroundings.client(
      for: AWSService("sqs"), region: "eu-west-1", credentials: account.provider())
    func send() throws {
      var call = client.call(AWSRequest(.get, path: "/x"))
      _ = try client.attempt(&call) { $0.status == 200 ? .success : .permanent }
    }
    try send()
    world.wall += 56 * 60_000
    try send()
    let used = world.received.filter { $0.method == "GET" }.map { $0["Authorization"] ?? "" }
    #expect(used.count == 2)
    #expect(used.first?.contains("Credential=ONE/") == true)
    #expect(used.last?.contains("Credential=TWO/") == true)
  }
}

@Suite("Settings of an account")
struct AccountSettingsTests {
  private func settings(
    _ config: String, _ environment: [String: String] = [:], profile: String? = nil,
    region: String? = nil, endpointURL: String? = nil
  ) throws -> AccountSettings {
    try AccountSettings(
      environment: environment.merging(["HOME": "/h"]) { $1 }, profile: profile, region: region,
      endpointURL: endpointURL
    ) { (path) throws(AccountError) in path == "/h/.aws/config" ? Array(config.utf8) : nil }
  }

  private static let config = """
    [profile p]
    region = eu-west-1
    endpoint_url = http://all
    services = s
    ca_bundle = /ca.pem
    use_fips_endpoint = true
    max_attempts = 7
    [services s]
    cloudfront =
      endpoint_url = http://cf
    """

  @Test("a profile's settings become variables")
  func profile() throws {
    let environment = try settings(AccountSettingsTests.config, profile: "p").environment
    #expect(environment["AWS_REGION"] == "eu-west-1")
    #expect(environment["AWS_ENDPOINT_URL"] == "http://all")
    #expect(environment["AWS_ENDPOINT_URL_CLOUDFRONT"] == "http://cf")
    #expect(environment["AWS_CA_BUNDLE"] == "/ca.pem")
    #expect(environment["AWS_USE_FIPS_ENDPOINT"] == "true")
    #expect(environment["AWS_MAX_ATTEMPTS"] == "7")
  }

  @Test("variables come before the profile, and options before both")
  func order() throws {
    let variables = [
      "AWS_PROFILE": "p", "AWS_DEFAULT_REGION": "eu-north-1", "AWS_ENDPOINT_URL": "http://mine",
      "AWS_CA_BUNDLE": "",
    ]
    let found = try settings(AccountSettingsTests.config, variables)
    #expect(found.region == "eu-north-1")
    #expect(found.environment["AWS_ENDPOINT_URL"] == "http://mine")
    // A variable for all services comes before a profile's word on one.
    #expect(found.environment["AWS_ENDPOINT_URL_CLOUDFRONT"] == nil)
    #expect(found.environment["AWS_CA_BUNDLE"] == "/ca.pem")
    let chosen = try settings(
      AccountSettingsTests.config, variables.merging(["AWS_ENDPOINT_URL_STS": "http://sts"]) { $1 },
      region: "us-west-2", endpointURL: "http://here")
    #expect(chosen.region == "us-west-2")
    #expect(chosen.environment["AWS_ENDPOINT_URL"] == "http://here")
    #expect(chosen.environment["AWS_ENDPOINT_URL_STS"] == "")
  }

  @Test("a section of services that does not exist is an error")
  func missingServices() {
    #expect(throws: AccountError.self) { try settings("[default]\nservices = gone\n") }
  }
}

@Suite("Endpoints of regional services")
struct AWSServiceTests {
  @Test(
    "follow partition and variant",
    arguments: [
      ("eu-west-1", "", "https://sts.eu-west-1.amazonaws.com"),
      ("eu-west-1", "F", "https://sts-fips.eu-west-1.amazonaws.com"),
      ("eu-west-1", "D", "https://sts.eu-west-1.api.aws"),
      ("eu-west-1", "FD", "https://sts-fips.eu-west-1.api.aws"),
      ("us-gov-west-1", "F", "https://sts.us-gov-west-1.amazonaws.com"),
      ("cn-north-1", "", "https://sts.cn-north-1.amazonaws.com.cn"),
      ("cn-north-1", "D", "https://sts.cn-north-1.api.amazonwebservices.com.cn"),
      ("eusc-de-east-1", "", "https://sts.eusc-de-east-1.amazonaws.eu"),
    ])
  func hosts(region: String, variant: String, url: String) throws {
    let environment = [
      "AWS_USE_FIPS_ENDPOINT": variant.contains("F") ? "true" : "",
      "AWS_USE_DUALSTACK_ENDPOINT": variant.contains("D") ? "TRUE" : "false",
    ]
    let endpoint = try AWSService.sts.endpoint(region: region, environment: environment)
    #expect(endpoint.url == url)
    #expect(endpoint.signingRegion == region)
  }

  @Test("a variable of its own comes first, and excludes variants")
  func custom() throws {
    let both = ["AWS_ENDPOINT_URL_STS": "http://a:1", "AWS_ENDPOINT_URL": "http://b:2"]
    #expect(
      try AWSService.sts.endpoint(region: "eu-west-1", environment: both).url == "http://a:1")
    #expect(
      try AWSService("sqs").endpoint(region: "eu-west-1", environment: both).url == "http://b:2")
    let ignored = both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { $1 }
    #expect(
      try AWSService.sts.endpoint(region: "eu-west-1", environment: ignored).url
        == "https://sts.eu-west-1.amazonaws.com")
    #expect(throws: AWSClientError.self) {
      try AWSService.sts.endpoint(
        region: "eu-west-1", environment: both.merging(["AWS_USE_FIPS_ENDPOINT": "true"]) { $1 })
    }
    #expect(throws: AWSClientError.self) {
      try AWSService.sts.endpoint(region: "evil.example/", environment: [:])
    }
  }
}
