public import SigV4

/// Where credentials come from.
public struct CredentialsProvider {
  /// Returns the current credentials.
  public var load: () throws(AWSClientError) -> Credentials
  /// Whether loading again can give newer ones, once those in use have expired.
  public var refreshes: Bool

  /// Whether the credentials that were loaded last are to be loaded again before the next request,
  /// since they soon expire. Not every service says of an expired token that it has expired: S3's
  /// answer to HEAD has no words.
  public var areExpiring: () -> Bool

  /// Creates a provider.
  public init(
    refreshes: Bool, areExpiring: @escaping () -> Bool = { false },
    load: @escaping () throws(AWSClientError) -> Credentials
  ) {
    self.refreshes = refreshes
    self.areExpiring = areExpiring
    self.load = load
  }

  /// Returns the provider of `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
  /// `AWS_SESSION_TOKEN`, as Lambda sets them for the life of an execution environment.
  ///
  /// An empty variable counts as unset. The provider throws only when credentials are needed.
  public static func environment(_ environment: [String: String]) -> CredentialsProvider {
    CredentialsProvider(refreshes: false) { () throws(AWSClientError) -> Credentials in
      func value(_ variable: String) throws(AWSClientError) -> String? {
        guard let value = environment[variable], !value.isEmpty else { return nil }
        // A line break would end the header field that the value is sent in.
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
          throw .malformedCredentials(variable: variable)
        }
        return value
      }
      guard let accessKeyID = try value("AWS_ACCESS_KEY_ID") else {
        throw .missingCredentials(variable: "AWS_ACCESS_KEY_ID")
      }
      guard let secretAccessKey = try value("AWS_SECRET_ACCESS_KEY") else {
        throw .missingCredentials(variable: "AWS_SECRET_ACCESS_KEY")
      }
      return Credentials(
        accessKeyID: accessKeyID, secretAccessKey: secretAccessKey,
        sessionToken: try value("AWS_SESSION_TOKEN"))
    }
  }
}
