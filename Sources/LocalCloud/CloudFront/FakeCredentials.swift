/// Keys that a fake accepts.
package struct FakeCredentials: Sendable, Equatable {
  /// `AWS_ACCESS_KEY_ID`.
  package var accessKeyID: String
  /// `AWS_SECRET_ACCESS_KEY`.
  package var secretAccessKey: String
  /// `AWS_SESSION_TOKEN`; unless it is nil, every request must contain and sign it.
  package var sessionToken: String?
  /// Whether the session has ended: requests get `ExpiredToken`.
  package var isExpired = false

  package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }

  /// The example keys of AWS's documentation.
  package static let example = FakeCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}
