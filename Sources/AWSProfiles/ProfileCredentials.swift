import AWSClient
import SigV4

/// The credentials of a profile, by whatever settings it has for them.
struct ProfileCredentials {
  let surroundings: Surroundings
  let profiles: Profiles
  /// The region whose STS is asked for roles.
  let region: String?

  /// Loads a profile's own credentials; nil when it has no setting for any. A role is not among
  /// them.
  func load(_ profile: Profile) throws(AccountError) -> LoadedCredentials? {
    if let sso = try SSOCredentials(profile, in: profiles) { return try sso.load(surroundings) }
    if profile.hasKeysInCredentialsFile { return try keys(of: profile) }
    if let session = profile["login_session"] {
      return try LoginCredentials(session: session, profile: profile.name).load(surroundings)
    }
    if let command = profile["credential_process"] {
      return try ProcessCredentials(command: command, profile: profile.name).load(surroundings)
    }
    return try keys(of: profile)
  }

  /// Reads the keys that a profile has in a file; nil when it has none.
  private func keys(of profile: Profile) throws(AccountError) -> LoadedCredentials? {
    guard let id = profile["aws_access_key_id"] else { return nil }
    let secret = try profile.required("aws_secret_access_key", for: "aws_access_key_id")
    let keys = try Credentials(
      checking: id, secret, profile["aws_session_token"], source: "The profile \(profile.name)")
    return LoadedCredentials(keys, source: "profile \(profile.name)")
  }

  /// Assumes the role of a profile.
  ///
  /// - Parameter visited: the profiles that lead here, of which none may come twice.
  func role(of profile: Profile, after visited: [String]) throws(AccountError) -> LoadedCredentials
  {
    let arn = try profile.required("role_arn", for: "a role")
    let role = Role(arn, of: profile, now: surroundings.now)
    if let file = profile["web_identity_token_file"] {
      return try assume(
        role, withTokenIn: file, source: "profile \(profile.name) (role \(arn), web identity)")
    }
    if profile["mfa_serial"] != nil {
      throw .loginNeeded(
        "The role of profile \(profile.name) asks for the code of an MFA device, which only the AWS"
          + " CLI can ask you for. \(AccountError.bridge(profile.name))")
    }
    let base = try source(of: profile, after: visited + [profile.name])
    let request = STSRequest.assumeRole(role)
    let response = try STSClient(surroundings, region: region).send(
      request,
      with: CredentialsProvider(refreshes: false) { () throws(AWSClientError) in base.keys })
    return try request.credentials(
      response, source: "profile \(profile.name) (role \(arn), through \(base.source))")
  }

  /// Loads the credentials that a profile's role is assumed with.
  private func source(
    of profile: Profile, after visited: [String]
  ) throws(AccountError) -> LoadedCredentials {
    switch (profile["source_profile"], profile["credential_source"]) {
    case (let name?, nil):
      guard let source = profiles.profile(name) else {
        throw .badProfile(profile.name, "its source_profile \(name) does not exist")
      }
      let hasKeys = source["aws_access_key_id"] != nil
      if visited.contains(name), !(hasKeys && name == profile.name) {
        throw .badProfile(
          profile.name,
          "its source_profile leads back to it: \((visited + [name]).joined(separator: " -> "))")
      }
      if source["role_arn"] != nil, !hasKeys { return try role(of: source, after: visited) }
      if let found = try load(source) { return found }
      throw .badProfile(profile.name, "its source_profile \(name) has no credentials")
    case (nil, let source?): return try load(from: source, for: profile)
    case (nil, nil):
      throw .badProfile(
        profile.name,
        "it has a role_arn, but neither source_profile, credential_source nor"
          + " web_identity_token_file says with whose credentials the role is assumed")
    case (.some, .some):
      throw .badProfile(
        profile.name, "it has both source_profile and credential_source: remove one")
    }
  }

  private func load(
    from source: String, for profile: Profile
  ) throws(AccountError) -> LoadedCredentials {
    let found: LoadedCredentials?
    switch source {
    case "Environment": found = try CredentialChain.environment(surroundings)
    case "EcsContainer": found = try ContainerCredentials(surroundings)?.load()
    case "Ec2InstanceMetadata": found = try InstanceCredentials(surroundings)?.load()
    default:
      throw .badProfile(
        profile.name,
        "its credential_source \(source) is neither Environment, EcsContainer nor"
          + " Ec2InstanceMetadata")
    }
    if let found { return found }
    throw .failed(
      source: "The profile \(profile.name)",
      problem: "its credential_source \(source) has no credentials here.")
  }

  /// Assumes a role with the token in a file: AssumeRoleWithWebIdentity.
  func assume(
    _ role: Role, withTokenIn path: String, source: String
  ) throws(AccountError) -> LoadedCredentials {
    guard let bytes = try surroundings.readFile(path) else {
      throw .badFile(path: path, line: nil, problem: "the web identity token does not exist")
    }
    var token = String(decoding: bytes, as: UTF8.self)
    while let last = token.last, last.isWhitespace { token.removeLast() }
    let request = STSRequest.assumeRole(role, webIdentityToken: token)
    let response = try STSClient(surroundings, region: region).sendUnsigned(request)
    return try request.credentials(response, source: source)
  }
}
