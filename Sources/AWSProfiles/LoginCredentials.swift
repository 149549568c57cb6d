import Digest
import Encoding
import JSON
import SigV4

/// The credentials that `aws login` keeps. Only reads them; renewing them is left to the AWS CLI.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
struct LoginCredentials {
  /// What the file is named by: the value of `login_session`, an ARN.
  let session: String
  let profile: String

  /// Reads the file of the AWS CLI.
  func load(_ surroundings: Surroundings) throws(AccountError) -> LoadedCredentials {
    let folder =
      surroundings.variable("AWS_LOGIN_CACHE_DIRECTORY")
      ?? "\(surroundings.environment["HOME"] ?? "")/.aws/login/cache"
    let path = "\(folder)/\(Hex.encode(SHA256.digest(of: Array(session.utf8)))).json"
    let login = "`aws login --profile \(profile)`"
    guard let bytes = try surroundings.readFile(path) else {
      throw .loginNeeded(
        "Nobody is logged in for profile \(profile) (there is no \(path)). Run \(login).")
    }
    let token = try JSONValue.secret(bytes, source: path)["accessToken"]
    let keys = try Credentials(
      checking: token?["accessKeyId"]?.stringValue, token?["secretAccessKey"]?.stringValue,
      token?["sessionToken"]?.stringValue, source: path)
    guard let expiry = token?.time("expiresAt") else {
      throw .failed(source: path, problem: "it does not say when the keys expire. Run \(login).")
    }
    return try LoadedCredentials(keys, expiry: expiry, source: "profile \(profile) (aws login)")
      .checked(
        at: surroundings.now,
        cure: "They live for 15 minutes, and the AWS CLI renews them for 12 hours: run `aws sts"
          + " get-caller-identity --profile \(profile)`, or \(login) when that is over. "
          + AccountError.bridge(profile))
  }
}
