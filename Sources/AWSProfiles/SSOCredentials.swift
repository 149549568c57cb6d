import AWSClient
import Digest
import Encoding
import HTTPTransport
import JSON
import Partitions
import SigV4

/// The credentials of a role of IAM Identity Center, for somebody whom `aws sso login` has logged
/// in. Only reads the token that the AWS CLI keeps; renewing it is left to the AWS CLI.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
struct SSOCredentials {
  private let profile: String
  private let account: String
  private let role: String
  private let region: String
  /// What the file of the token is named by: the session's name, or the start URL.
  private let cacheKey: String

  /// Reads the settings of a profile; nil when it has none for SSO.
  init?(_ profile: Profile, in profiles: Profiles) throws(AccountError) {
    guard profile["sso_account_id"] != nil || profile["sso_role_name"] != nil else { return nil }
    self.profile = profile.name
    account = try profile.required("sso_account_id", for: "sso_role_name")
    role = try profile.required("sso_role_name", for: "sso_account_id")
    guard let name = profile["sso_session"] else {
      cacheKey = try profile.required("sso_start_url", for: "sso_account_id")
      region = try profile.required("sso_region", for: "sso_account_id")
      return
    }
    guard let session = profiles.section("sso-session \(name)") else {
      throw .badProfile(
        profile.name, "\(profiles.configPath) has no section [sso-session \(name)]")
    }
    guard let region = session["sso_region"], !region.isEmpty else {
      throw .badProfile(profile.name, "[sso-session \(name)] has no sso_region")
    }
    cacheKey = name
    self.region = region
  }

  /// Exchanges the token for the role's credentials: GetRoleCredentials.
  func load(_ surroundings: Surroundings) throws(AccountError) -> LoadedCredentials {
    let login = "Run `aws sso login --profile \(profile)`"
    let response = try surroundings.fetch(
      HTTPRequest(
        .get, try url(surroundings),
        headers: ["x-amz-sso_bearer_token": try token(surroundings)], timeout: .seconds(20)),
      attempts: 3, from: "IAM Identity Center")
    let source = "profile \(profile) (SSO role \(role))"
    switch response.status {
    case 200: break
    case 401:
      throw .loginNeeded(
        "IAM Identity Center does not take the token of profile \(profile) any more. \(login).")
    case 403, 404:
      throw .loginNeeded(
        "IAM Identity Center gives no role \(role) in account \(account) to you (status"
          + " \(response.status)). Correct sso_role_name or sso_account_id of profile \(profile),"
          + " or ask for the role.")
    default:
      throw .failed(
        source: "IAM Identity Center", problem: "it answered with status \(response.status).")
    }
    let found = try JSONValue.secret(response.body, source: "IAM Identity Center")[
      "roleCredentials"]
    let keys = try Credentials(
      checking: found?["accessKeyId"]?.stringValue, found?["secretAccessKey"]?.stringValue,
      found?["sessionToken"]?.stringValue, source: "IAM Identity Center")
    return try LoadedCredentials(
      keys, expiry: found?["expiration"]?.integerValue, source: source
    ).checked(at: surroundings.now, cure: "\(login).")
  }

  /// Reads the token that the AWS CLI keeps.
  private func token(_ surroundings: Surroundings) throws(AccountError) -> String {
    let name = Hex.encode(SHA1.digest(of: Array(cacheKey.utf8)))
    let path = "\(surroundings.environment["HOME"] ?? "")/.aws/sso/cache/\(name).json"
    let login = "Run `aws sso login --profile \(profile)`."
    guard let bytes = try surroundings.readFile(path) else {
      throw .loginNeeded(
        "Nobody is logged in for profile \(profile), which uses SSO (there is no \(path)). \(login)"
      )
    }
    let cached = try JSONValue.secret(bytes, source: path)
    guard let token = cached["accessToken"]?.stringValue,
      token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw .loginNeeded("\(path) has no token for profile \(profile). \(login)")
    }
    guard let expiry = cached.time("expiresAt"), expiry > surroundings.now
    else {
      let time = cached["expiresAt"]?.stringValue.map { " at \($0)" } ?? ""
      throw .loginNeeded(
        "The SSO token of profile \(profile) expired\(time). \(login) "
          + AccountError.bridge(profile))
    }
    return token
  }

  private func url(_ surroundings: Surroundings) throws(AccountError) -> String {
    let partition = Partition(region: region) ?? .aws
    do {
      let endpoint = try AWSEndpoint(
        url: surroundings.variable("AWS_ENDPOINT_URL_SSO")
          ?? "https://portal.sso.\(region).\(partition.dnsSuffix)",
        signingRegion: region, setting: "AWS_ENDPOINT_URL_SSO")
      let encode = PercentEncoding.segment.encode(_:) as (String) -> String
      return endpoint.url
        + "/federation/credentials?account_id=\(encode(account))&role_name=\(encode(role))"
    } catch {
      throw .client(error)
    }
  }
}
