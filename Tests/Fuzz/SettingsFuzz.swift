import AWSClient
import CloudFrontAPI
import CloudFrontModel
import FunctionSettings
import LambdaRuntime

/// Any `NAME=value` lines as the function's environment.
enum SettingsFuzz {
  static func run(_ input: [UInt8]) {
    var environment: [String: String] = [:]
    for line in input.split(separator: UInt8(ascii: "\n")) {
      let name = line.prefix { $0 != UInt8(ascii: "=") }
      environment[String(decoding: name, as: UTF8.self)] =
        String(decoding: line.dropFirst(name.count + 1), as: UTF8.self)
    }
    do {
      let settings = try Settings(environment: environment)
      for id in settings.distributionIDs + settings.bucketDistributions.values.joined() {
        precondition(
          !id.description.isEmpty && id.description.utf8.allSatisfy { (0x30...0x7A).contains($0) },
          "an odd id: \(id)")
      }
      precondition(settings.deadlineMargin >= .zero && settings.cacheTime >= .zero)
    } catch {
      precondition(!"\(error)".isEmpty)
    }
    if let endpoint = try? AWSEndpoint.cloudFront(environment: environment) {
      precondition(endpoint.url.hasPrefix("http") && !endpoint.host.isEmpty)
    }
    _ = try? RetryConfiguration(environment: environment)
    _ = try? CredentialsProvider.environment(environment).load()
    _ = LogSettings(environment: environment)
  }
}
