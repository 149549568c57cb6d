/// The name the runtime gives itself in every request.
///
/// Lambda's side takes the first token, at most 128 bytes, for the runtime's release.
public struct UserAgent: Sendable, Equatable {
  /// The one token that is sent.
  public let rawValue: String

  /// Creates `aws-lambda-<program>/<version>`, cut to 128 bytes; what can't stand in a token is
  /// left out.
  public init(program: String, version: String) {
    let token = "aws-lambda-\(UserAgent.token(program))/\(UserAgent.token(version))"
    rawValue = String(token.prefix(128))
  }

  private static func token(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { scalar in
          switch scalar {
          case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "+", "_": true
          default: false
          }
        }))
  }
}
