import AWSClient
import Bridge
import CLibrary
import Clock
import CloudFrontAPI
import HTTPTransport
import LambdaRuntime
import OperatorAPI
import Partitions

/// The AWS account that a command works on.
struct Account {
  /// The process's variables.
  let environment: [String: String]
  /// The region of what is not global.
  let region: String
  private let credentials: CredentialsProvider

  /// Finds the account of this process's environment; asks nothing yet.
  static func current() -> Account {
    let environment = ProcessEnvironment.current
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    return Account(
      environment: environment,
      region: value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? Partition.aws.globalRegion,
      credentials: .environment(environment))
  }

  /// The line that says who is about to change something, and where.
  var identity: String {
    "credentials from environment variables, region \(region)"
  }

  /// Creates a client of CloudFront.
  func cloudFront() throws(CommandFailure) -> CloudFrontClient {
    do {
      return try CloudFrontClient(
        environment: environment, transport: try transport(), time: .system,
        random: { Double.random(in: 0..<1) }, pacing: nil, isEndRequested: { false },
        warn: { Output.note("warning", $0) })
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }

  /// Creates a client of another service.
  ///
  /// - Parameter other: the region, where it is not the account's.
  func service(
    _ service: ServiceClient.Service, region other: String? = nil
  ) throws(CommandFailure) -> ServiceClient {
    do {
      return try ServiceClient(
        service, region: other ?? region, environment: environment, transport: try transport(),
        credentials: credentials, time: .system, random: { Double.random(in: 0..<1) })
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }

  private func transport() throws -> any Transport {
    try CurlTransport(
      .aws(
        caBundle: try CABundle.locate(environment: environment),
        userAgent: "cfbridge/\(Bootstrap.version)"))
  }
}
