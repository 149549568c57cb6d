import AWSClient
import Clock
import HTTPTransport
import SigV4
import XML

/// Makes calls of the Security Token Service.
struct STSClient {
  private let surroundings: Surroundings
  private let region: String

  /// Creates a client for a region; without one, for the first of AWS's.
  init(_ surroundings: Surroundings, region: String?) {
    self.surroundings = surroundings
    self.region = region ?? "us-east-1"
  }

  /// Makes a signed call.
  func send(
    _ request: STSRequest, with credentials: CredentialsProvider
  ) throws(AccountError) -> HTTPResponse {
    do throws(AWSClientError) {
      let client = try surroundings.client(for: .sts, region: region, credentials: credentials)
      var call = client.call(
        request.signed, deadline: surroundings.time.monotonic() + .seconds(60))
      while true {
        let answer = try client.attempt(&call) { response in
          if (200..<300).contains(response.status) { return .success }
          return STSRefusal(response, operation: request.operation)?.meaning
            ?? (response.status >= 500 ? .transient : .permanent)
        }
        if let answer { return answer }
      }
    } catch {
      if case .answered(let response, _, _) = error,
        let refusal = STSRefusal(response, operation: request.operation)
      {
        throw .refused(refusal)
      }
      throw .client(error)
    }
  }

  /// Makes a call without a signature.
  func sendUnsigned(_ request: STSRequest) throws(AccountError) -> HTTPResponse {
    let endpoint: AWSEndpoint
    do {
      endpoint = try AWSService.sts.endpoint(
        region: region, environment: surroundings.environment)
    } catch {
      throw .client(error)
    }
    return try surroundings.fetch(
      HTTPRequest(
        .post, endpoint.url + "/", headers: STSRequest.headers, body: request.body,
        timeout: .seconds(20)), attempts: 3, from: "STS (\(request.operation))")
  }
}
