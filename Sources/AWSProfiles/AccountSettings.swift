/// What variables, options and a profile say about the way to an account, brought together.
package struct AccountSettings {
  /// The process's variables, and beside them those that stand for what only the profile says, such
  /// as `AWS_ENDPOINT_URL` for its `endpoint_url`. Whoever reads a variable reads the profile too.
  package let environment: [String: String]
  /// The region; nil when nothing names one.
  package let region: String?
  /// The profile in use, even if no file has it.
  let profile: String
  /// Whether an option names the profile, which then comes before keys in variables.
  let isChosen: Bool
  let profiles: Profiles

  /// Reads both files.
  ///
  /// - Parameters:
  ///   - profile: the option `--profile`.
  ///   - region: the option `--region`.
  ///   - endpointURL: the option `--endpoint-url`: where every service is.
  package init(
    environment: [String: String], profile: String? = nil, region: String? = nil,
    endpointURL: String? = nil,
    readFile: (String) throws(AccountError) -> [UInt8]? = SharedFileReader.read
  ) throws(AccountError) {
    profiles = try Profiles(environment: environment, readFile: readFile)
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    isChosen = profile != nil
    let named = profile ?? variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE")
    self.profile = named ?? "default"
    let used = named == nil ? profiles.profile("default") : try profiles.existing(self.profile)

    var completed = environment
    func set(_ name: String, _ value: String?) {
      if let value, variable(name) == nil { completed[name] = value }
    }
    if let region {
      completed["AWS_REGION"] = region
    } else if variable("AWS_REGION") == nil {
      set("AWS_REGION", variable("AWS_DEFAULT_REGION") ?? used?["region"])
    }
    self.region = completed["AWS_REGION"].flatMap { $0.isEmpty ? nil : $0 }
    set("AWS_CA_BUNDLE", used?["ca_bundle"])
    set("AWS_MAX_ATTEMPTS", used?["max_attempts"])
    set("AWS_RETRY_MODE", used?["retry_mode"])
    set("AWS_USE_FIPS_ENDPOINT", used?["use_fips_endpoint"])
    set("AWS_USE_DUALSTACK_ENDPOINT", used?["use_dualstack_endpoint"])
    set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", used?["ignore_configured_endpoint_urls"])
    if let endpointURL {
      for name in completed.keys where name.hasPrefix("AWS_ENDPOINT_URL_") { completed[name] = "" }
      completed["AWS_ENDPOINT_URL"] = endpointURL
      completed["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = ""
    } else if variable("AWS_ENDPOINT_URL") == nil {
      // A variable for all services comes before a profile's section for one.
      for (name, value) in try AccountSettings.endpoints(of: used, in: profiles) {
        set(name, value)
      }
      set("AWS_ENDPOINT_URL", used?["endpoint_url"])
    }
    self.environment = completed
  }

  /// The endpoints of single services, from the section `[services NAME]`, as variables.
  private static func endpoints(
    of profile: Profile?, in profiles: Profiles
  ) throws(AccountError) -> [(String, String)] {
    guard let profile, let name = profile["services"] else { return [] }
    guard let section = profiles.section("services \(name)") else {
      throw .badProfile(profile.name, "\(profiles.configPath) has no section [services \(name)]")
    }
    let ending = ".endpoint_url"
    return section.compactMap { setting, value in
      guard setting.hasSuffix(ending), !value.isEmpty else { return nil }
      return ("AWS_ENDPOINT_URL_\(setting.dropLast(ending.count).uppercased())", value)
    }
  }
}
