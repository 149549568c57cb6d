import HTTPTransport
import JSON
import SigV4

/// The credentials of an EC2 instance's role, from the instance metadata service, version 2.
///
/// Asked last and bounded, since on a laptop nobody answers at its address.
///
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
struct InstanceCredentials {
  private let surroundings: Surroundings
  private let endpoint: String
  private let patience: Duration
  private let attempts: Int

  private static let path = "/latest/meta-data/iam/security-credentials/"

  /// Creates a source; nil when `AWS_EC2_METADATA_DISABLED` switches it off.
  init?(_ surroundings: Surroundings) {
    guard surroundings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
      return nil
    }
    self.surroundings = surroundings
    let isIPv6 =
      surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
    var endpoint =
      surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
      ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    self.endpoint = endpoint
    func number(_ name: String, _ range: ClosedRange<Int>) -> Int {
      let value = surroundings.variable(name).flatMap { Int($0) } ?? 1
      return min(max(value, range.lowerBound), range.upperBound)
    }
    patience = .seconds(number("AWS_METADATA_SERVICE_TIMEOUT", 1...10))
    attempts = number("AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1...5)
  }

  /// Asks the metadata service; nil when nobody answers there or the instance has no role.
  func load() throws(AccountError) -> LoadedCredentials? {
    let source = "the instance's metadata service"
    let token: HTTPResponse
    do {
      token = try surroundings.fetch(
        HTTPRequest(
          .put, endpoint + "/latest/api/token",
          headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], timeout: patience),
        attempts: attempts, from: source)
    } catch {
      return nil
    }
    guard token.status == 200 else { return nil }
    let name = try get(String(decoding: token.body, as: UTF8.self), "", source)
    guard name.status != 404 else { return nil }
    let role = String(decoding: name.body, as: UTF8.self).prefix { $0 != "\n" && $0 != "\r\n" }
    guard name.status == 200, !role.isEmpty, role.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw .failed(source: source, problem: "it answered with status \(name.status).")
    }
    let answer = try get(String(decoding: token.body, as: UTF8.self), String(role), source)
    guard answer.status == 200 else {
      throw .failed(source: source, problem: "it answered with status \(answer.status).")
    }
    let read = try JSONValue.secret(answer.body, source: source)
    if let code = read["Code"]?.stringValue, code != "Success" {
      throw .failed(source: source, problem: "it answered \(code).")
    }
    let keys = try Credentials(
      checking: read["AccessKeyId"]?.stringValue, read["SecretAccessKey"]?.stringValue,
      read["Token"]?.stringValue, source: source)
    return try LoadedCredentials(
      keys, expiry: read.time("Expiration"), source: "the instance's role \(role)"
    ).checked(
      at: surroundings.now,
      cure: "The metadata service should have newer ones; try again.")
  }

  private func get(
    _ token: String, _ role: String, _ source: String
  ) throws(AccountError) -> HTTPResponse {
    try surroundings.fetch(
      HTTPRequest(
        .get, endpoint + InstanceCredentials.path + role,
        headers: ["X-aws-ec2-metadata-token": token], timeout: patience),
      attempts: attempts, from: source)
  }
}
