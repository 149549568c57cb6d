/// The name the runtime gives itself in every request.
///
/// Lambda's side takes the first token, at most 128 bytes, for the runtime's release.
public struct UserAgent: Sendable, Equatable {
  /// The one token that is sent.
  public let rawValue: String

  /// Creates `aws-lambda-s3-cloudfront-bridge/<version>`; what can't stand in a token is left out.
  public init(version: String) {
    let token = version.unicodeScalars.filter { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "+", "_": true
      default: false
      }
    }
    var name = "aws-lambda-s3-cloudfront-bridge/"
    name.unicodeScalars.append(contentsOf: token.prefix(128 - name.utf8.count))
    rawValue = name
  }
}
