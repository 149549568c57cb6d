import AWSClient
import HTTPTransport
import JSON
import SigV4

/// The credentials of an ECS task or an EKS pod, from the agent beside it.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
struct ContainerCredentials {
  private let surroundings: Surroundings

  /// Creates a source; nil when no variable says that there is an agent.
  init?(_ surroundings: Surroundings) {
    guard
      ["RELATIVE", "FULL"].contains(where: {
        surroundings.variable("AWS_CONTAINER_CREDENTIALS_\($0)_URI") != nil
      })
    else { return nil }
    self.surroundings = surroundings
  }

  /// Asks the agent.
  func load() throws(AccountError) -> LoadedCredentials {
    let url = try url()
    let source = "the container's agent"
    var headers: HTTPHeaders = ["Accept": "application/json"]
    if let token = try token() { headers.add("Authorization", token) }
    let response = try surroundings.fetch(
      HTTPRequest(.get, url, headers: headers, timeout: .seconds(2)), attempts: 3, from: source)
    guard response.status == 200 else {
      throw .failed(source: source, problem: "it answered with status \(response.status).")
    }
    let answer = try JSONValue.secret(response.body, source: source)
    let keys = try Credentials(
      checking: answer["AccessKeyId"]?.stringValue, answer["SecretAccessKey"]?.stringValue,
      answer["Token"]?.stringValue, source: source)
    return try LoadedCredentials(keys, expiry: answer.time("Expiration"), source: source)
      .checked(
        at: surroundings.now, cure: "The agent should have newer ones; try again.")
  }

  private func url() throws(AccountError) -> String {
    if let path = surroundings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
      return "http://169.254.170.2" + (path.hasPrefix("/") ? "" : "/") + path
    }
    let name = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    let url = surroundings.variable(name) ?? ""
    // The query is the agent's own; the check is only about who would get the token.
    let bare = String(url.prefix { $0 != "?" && $0 != "#" })
    let endpoint: AWSEndpoint
    do {
      endpoint = try AWSEndpoint(url: bare, signingRegion: "", setting: name)
    } catch {
      throw .client(error)
    }
    guard endpoint.scheme == "https" || ContainerCredentials.isNear(endpoint.host) else {
      throw .client(
        .invalidEndpoint(
          setting: name, value: url,
          problem: "plain http is for this machine, 169.254.170.2, 169.254.170.23 and"
            + " [fd00:ec2::23] only, since the token would be readable on its way"))
    }
    return url
  }

  private static func isNear(_ host: String) -> Bool {
    let known = ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return known.contains(host)
      || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
  }

  /// The token that proves to the agent who asks. Its file is read anew each time, since EKS writes
  /// new ones into it.
  private func token() throws(AccountError) -> String? {
    var token = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    if let path = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
      guard let bytes = try surroundings.readFile(path) else {
        throw .badFile(
          path: path, line: nil,
          problem: "it does not exist, though AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names it")
      }
      token = String(decoding: bytes, as: UTF8.self)
    }
    guard let token else { return nil }
    guard token.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw .failed(
        source: "The container's agent",
        problem: "the authorization token contains a line break or another character that can't be"
          + " sent.")
    }
    return token
  }
}
