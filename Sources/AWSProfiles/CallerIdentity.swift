import XML

/// Who the credentials belong to, and where they come from: what a command shows before it changes
/// anything. Never a secret.
package struct CallerIdentity: Equatable, Sendable {
  /// The account's number.
  package var account: String
  /// The ARN of the user, or of the role's session.
  package var arn: String
  /// Where the credentials come from, for a person.
  package var source: String

  /// Creates an identity.
  package init(account: String, arn: String, source: String) {
    self.account = account
    self.arn = arn
    self.source = source
  }

  /// Reads the result of GetCallerIdentity.
  init?(_ result: XMLElement, source: String) {
    guard let account = result["Account"], let arn = result["Arn"], !account.isEmpty else {
      return nil
    }
    self.init(account: account, arn: arn, source: source)
  }
}
