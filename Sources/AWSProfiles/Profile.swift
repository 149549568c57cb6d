/// One profile: what both files say about it. What the credentials file says comes first.
struct Profile: Equatable {
  /// Its name.
  let name: String
  /// Its settings by name, such as `role_arn`.
  let settings: [String: String]
  /// Whether the credentials file has its keys, which then come before every other source.
  let hasKeysInCredentialsFile: Bool

  /// The value of a setting; nil when it is not set, or empty.
  subscript(setting: String) -> String? {
    settings[setting].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The value of a setting that has to be there.
  func required(_ setting: String, for purpose: String) throws(AccountError) -> String {
    if let value = self[setting] { return value }
    throw .badProfile(name, "it has \(purpose) but no \(setting): add that")
  }
}

/// The profiles of both files, and the sections they refer to.
struct Profiles: Equatable {
  /// Where the configuration file is.
  let configPath: String
  /// Where the credentials file is.
  let credentialsPath: String

  private let config: SharedFile
  private let credentials: SharedFile

  /// Reads both files, wherever `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say they are. A
  /// file that does not exist counts as empty.
  init(
    environment: [String: String], readFile: (String) throws(AccountError) -> [UInt8]?
  ) throws(AccountError) {
    func path(_ variable: String, _ name: String) -> String {
      let home = environment["HOME"] ?? ""
      guard let path = environment[variable], !path.isEmpty else { return "\(home)/.aws/\(name)" }
      return path.hasPrefix("~/") ? home + path.dropFirst(1) : path
    }
    configPath = path("AWS_CONFIG_FILE", "config")
    credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    config = try SharedFile(try readFile(configPath) ?? [], path: configPath)
    credentials = try SharedFile(try readFile(credentialsPath) ?? [], path: credentialsPath)
  }

  /// The names of all profiles, sorted.
  var names: [String] {
    let configured = config.sections.keys.compactMap { section -> String? in
      if section.hasPrefix("profile ") { return String(section.dropFirst(8)) }
      return section == "default" ? section : nil
    }
    return Set(configured).union(credentials.sections.keys).sorted()
  }

  /// Returns the profile with a name, or nil when neither file has it.
  func profile(_ name: String) -> Profile? {
    // As the AWS CLI does: the default profile may be written without the word.
    let configured =
      config.sections["profile \(name)"] ?? (name == "default" ? config.sections[name] : nil)
    let kept = credentials.sections[name]
    guard configured != nil || kept != nil else { return nil }
    return Profile(
      name: name, settings: (configured ?? [:]).merging(kept ?? [:]) { $1 },
      hasKeysInCredentialsFile: kept?["aws_access_key_id"]?.isEmpty == false)
  }

  /// Returns the profile with a name, which somebody asked for.
  func existing(_ name: String) throws(AccountError) -> Profile {
    if let profile = profile(name) { return profile }
    throw .noSuchProfile(name, known: names, files: [configPath, credentialsPath])
  }

  /// Returns another section of the configuration file, such as `sso-session corp`.
  func section(_ name: String) -> [String: String]? { config.sections[name] }
}
