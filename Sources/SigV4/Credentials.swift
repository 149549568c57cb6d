/// The keys of an AWS principal; its texts never show the secrets.
public struct Credentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// The public half; part of every `Authorization` field.
  public let accessKeyID: String
  /// The secret half; never sent.
  public let secretAccessKey: String
  /// The third part of temporary keys; secret, but sent with every request.
  public let sessionToken: String?

  /// Creates credentials; an empty session token counts as none.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken?.isEmpty == true ? nil : sessionToken
  }

  /// The access key id, and whether the keys are temporary.
  public var description: String {
    let secrets = sessionToken == nil ? "secret hidden" : "secret and session token hidden"
    return "\(accessKeyID) (\(secrets))"
  }

  /// A mirror without children, so that `dump` shows no secret either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
