/// What an answer means for the attempt that got it, as the client of its service judges it.
public enum AnswerMeaning: String, Sendable, Equatable {
  /// The service did what was asked, in an answer that can be read.
  case success
  /// The service is at fault or the answer is unreadable: the same request may soon succeed.
  case transient
  /// The service asks for fewer requests: the same request may later succeed.
  case throttled
  /// The session token is too old: the same request succeeds with fresh credentials.
  case expiredCredentials
  /// The signature's date is too far from the service's clock.
  case clockSkew
  /// The same request will never succeed, or its caller has a better way to go on.
  case permanent
}
