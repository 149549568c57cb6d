package import AWSClient
import CloudFrontAPI
package import Clock
package import HTTPTransport
import JSON
import Partitions
import SigV4
import XML

/// A thin client of one service in one region, for what an operator asks.
package final class ServiceClient {
  /// The services asked, by their names in signatures.
  package enum Service: String, Sendable {
    case cloudtrail, dynamodb, events, iam, kms, lambda, logs, pricingplanmanager, s3, sqs, sts
    /// CloudWatch.
    case monitoring

    /// What its endpoint's variable ends in, in the spelling of AWS's SDKs.
    var variable: String {
      switch self {
      case .logs: "CLOUDWATCH_LOGS"
      case .events: "EVENTBRIDGE"
      case .monitoring: "CLOUDWATCH"
      default: rawValue.uppercased()
      }
    }
  }

  /// The region that is asked.
  package let region: String
  /// Where the service is, without a slash at the end.
  package let endpoint: String
  private let client: AWSClient

  /// Creates a client; sends nothing yet.
  ///
  /// - Parameter environment: the process's variables, which may name another endpoint.
  package init(
    _ service: Service, region: String, environment: [String: String],
    transport: any Transport, credentials: CredentialsProvider, time: TimeSource,
    random: @escaping () -> Double
  ) throws(AWSClientError) {
    self.region = region
    let endpoint = try AWSEndpoint.regional(service, region: region, environment: environment)
    self.endpoint = endpoint.url
    client = AWSClient(
      transport: transport, endpoint: endpoint,
      service: service.rawValue, signing: service == .s3 ? .s3 : Signer.Options(),
      credentials: credentials, time: time, random: random,
      retry: try RetryConfiguration(environment: environment))
  }

  /// Sends a request and reads its answer.
  ///
  /// - Parameters:
  ///   - action: the action's name in a policy, for errors.
  ///   - resource: what the call is about, for errors.
  ///   - isAnswer: whether an answer with this status is worth reading.
  func send<Answer>(
    _ request: AWSRequest, _ action: String, on resource: String,
    accepts isAnswer: (Int) -> Bool = { (200..<300).contains($0) },
    read: (HTTPResponse) throws -> Answer
  ) throws(ServiceError) -> Answer {
    var call = client.call(request, attempts: 5)
    var answer: Answer?
    var problem: ServiceError.Reason?
    do {
      while true {
        _ = try client.attempt(&call) { response in
          problem = nil
          guard isAnswer(response.status) else {
            guard let refusal = ServiceError.Refusal(response) else {
              return CloudFrontRefusal.meaning(status: response.status)
            }
            problem = .refused(refusal)
            return refusal.meaning
          }
          do {
            answer = try read(response)
            return .success
          } catch {
            problem = .unreadable("\(error)")
            return .transient
          }
        }
        if let answer { return answer }
      }
    } catch {
      var reason = ServiceError.Reason.unanswered(error)
      if case .answered = error, let problem { reason = problem }
      throw ServiceError(action: action, resource: resource, reason: reason)
    }
  }
}

extension AWSEndpoint {
  /// Finds the endpoint of a regional service, as ``cloudFront(environment:)`` finds CloudFront's.
  static func regional(
    _ service: ServiceClient.Service, region: String, environment: [String: String]
  ) throws(AWSClientError) -> AWSEndpoint {
    func value(_ variable: String) -> String? {
      environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    func isOn(_ variable: String) -> Bool { value(variable)?.lowercased() == "true" }
    let name = service.rawValue
    if !isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
      for setting in ["AWS_ENDPOINT_URL_\(service.variable)", "AWS_ENDPOINT_URL"] {
        guard let url = value(setting) else { continue }
        return try AWSEndpoint(url: url, signingRegion: region, setting: setting)
      }
    }
    let partition = Partition(region: region) ?? .aws
    switch service {
    case .iam where partition == .aws:
      return try AWSEndpoint(
        url: "https://iam.amazonaws.com", signingRegion: "us-east-1", setting: "AWS_REGION")
    case .pricingplanmanager:
      return try AWSEndpoint(
        url: "https://pricingplanmanager.us-east-1.api.aws", signingRegion: "us-east-1",
        setting: "AWS_REGION")
    default: break
    }
    let fips = isOn("AWS_USE_FIPS_ENDPOINT") ? "-fips" : ""
    return try AWSEndpoint(
      url: "https://\(name)\(fips).\(region).\(partition.dnsSuffix)", signingRegion: region,
      setting: "AWS_REGION")
  }
}

extension ServiceError.Refusal {
  /// Reads an error answer in any of the forms that services have; nil when it is none.
  init?(_ response: HTTPResponse) {
    status = response.status
    if response.body.isEmpty {
      // The answer of a HEAD says nothing but its status.
      guard (400..<500).contains(status) else { return nil }
      (code, message) = ("", "")
      return
    }
    if let root = try? XMLReader.read(response.body) {
      guard let code = root["Code"] ?? root.descendant(named: "Code")?.text, !code.isEmpty else {
        return nil
      }
      self.code = code
      message = root["Message"] ?? root.descendant(named: "Message")?.text ?? ""
      return
    }
    guard let root = try? JSONValue.parse(response.body) else { return nil }
    let code =
      response.headers["x-amzn-ErrorType"] ?? root["__type"]?.stringValue
      ?? root["code"]?.stringValue ?? root["Code"]?.stringValue ?? ""
    guard !code.isEmpty else { return nil }
    // `com.amazonaws.sqs#QueueDoesNotExist`, or `ResourceNotFoundException:http://…`.
    let local = code.split(separator: "#").last ?? ""
    self.code = String(local.prefix { $0 != ":" })
    message = root["message"]?.stringValue ?? root["Message"]?.stringValue ?? ""
  }

  /// What it means for a retry.
  var meaning: AnswerMeaning {
    switch kind {
    case .throttled: .throttled
    case .timedOut: .transient
    case .expiredToken: .expiredCredentials
    case .clockSkew: .clockSkew
    default: CloudFrontRefusal.meaning(status: status)
    }
  }
}
