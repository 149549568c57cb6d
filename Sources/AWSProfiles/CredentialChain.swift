import Encoding
import SigV4

/// The order in which sources of credentials are asked: the first that has any is used. Where one
/// has some that can't be used, that is an error, and no other is asked.
///
/// The order is that of the AWS CLI.
/// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-authentication.html
struct CredentialChain {
  private let surroundings: Surroundings
  private let settings: AccountSettings
  private let sources: ProfileCredentials

  init(_ surroundings: Surroundings, _ settings: AccountSettings) {
    self.surroundings = surroundings
    self.settings = settings
    sources = ProfileCredentials(
      surroundings: surroundings, profiles: settings.profiles, region: settings.region)
  }

  /// Loads credentials.
  func load() throws(AccountError) -> LoadedCredentials {
    var tried: [String] = []
    if !settings.isChosen {
      if let found = try CredentialChain.environment(surroundings) { return found }
      tried.append("the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    }
    let profile = settings.profiles.profile(settings.profile)
    if let profile, profile["role_arn"] != nil {
      return try sources.role(of: profile, after: [])
    }
    if !settings.isChosen, let found = try webIdentity() { return found }
    if let profile, let found = try sources.load(profile) { return found }
    tried.append(
      "the profile \(settings.profile) of \(settings.profiles.configPath) and"
        + " \(settings.profiles.credentialsPath)")
    if let container = ContainerCredentials(surroundings) { return try container.load() }
    tried.append("a container's agent (no variable names one)")
    if let instance = InstanceCredentials(surroundings) {
      if let found = try instance.load() { return found }
      tried.append("the instance's metadata service (no answer)")
    } else {
      tried.append("the instance's metadata service (AWS_EC2_METADATA_DISABLED)")
    }
    throw .noCredentials(tried: tried)
  }

  /// Reads keys from variables; nil when there are none.
  static func environment(
    _ surroundings: Surroundings
  ) throws(AccountError) -> LoadedCredentials? {
    let secret = surroundings.variable("AWS_SECRET_ACCESS_KEY")
    guard let id = surroundings.variable("AWS_ACCESS_KEY_ID") else {
      guard secret == nil else {
        throw .failed(
          source: "The environment", problem: "AWS_ACCESS_KEY_ID is not set; set it too.")
      }
      return nil
    }
    guard secret != nil else {
      throw .failed(
        source: "The environment", problem: "AWS_SECRET_ACCESS_KEY is not set; set it too.")
    }
    let keys = try Credentials(
      checking: id, secret, surroundings.variable("AWS_SESSION_TOKEN"), source: "The environment")
    // What `aws configure export-credentials --format env` sets.
    let expiry = surroundings.variable("AWS_CREDENTIAL_EXPIRATION")
      .flatMap { CivilTime(iso8601: $0) }?.millisecondsSinceEpoch
    return try LoadedCredentials(keys, expiry: expiry, source: "environment variables")
      .checked(
        at: surroundings.now,
        cure: "Set new ones, or unset AWS_ACCESS_KEY_ID to use a profile.")
  }

  /// Assumes the role that variables name, as in an EKS pod; nil when they name none.
  private func webIdentity() throws(AccountError) -> LoadedCredentials? {
    guard let file = surroundings.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
    guard let arn = surroundings.variable("AWS_ROLE_ARN") else {
      throw .failed(
        source: "AWS_WEB_IDENTITY_TOKEN_FILE", problem: "AWS_ROLE_ARN is not set; set it too.")
    }
    let role = Role(
      arn, sessionName: surroundings.variable("AWS_ROLE_SESSION_NAME"),
      now: surroundings.now)
    return try sources.assume(
      role, withTokenIn: file, source: "the role \(arn) of AWS_WEB_IDENTITY_TOKEN_FILE")
  }
}
