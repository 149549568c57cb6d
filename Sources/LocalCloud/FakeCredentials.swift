/// Keys that a fake accepts.
public struct FakeCredentials: Sendable, Equatable {
  /// `AWS_ACCESS_KEY_ID`.
  public var accessKeyID: String
  /// `AWS_SECRET_ACCESS_KEY`.
  public var secretAccessKey: String
  /// `AWS_SESSION_TOKEN`; when there is one, every request must carry and sign it.
  public var sessionToken: String?
  /// Whether the session has ended: requests get `ExpiredToken`.
  public var isExpired = false

  /// Creates keys.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// AWS's own documentation example.
  public static let example = FakeCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}
