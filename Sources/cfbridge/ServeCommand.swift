import ArgumentParser
import Bridge
import EventPlanning
import JSON
import LocalCloud

/// `cfbridge serve`: runs the embedded CloudFront alone, for any AWS client.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the embedded CloudFront until standard input ends.",
    discussion: """
      Prints the environment variables that make an AWS CLI, an SDK or bootstrap use it; they are \
      ready for `source`. It listens on a free port of 127.0.0.1, checks every signature, offers \
      ListDistributions, GetDistribution, GetDistributionConfig, CreateInvalidation, \
      GetInvalidation and ListInvalidations, and forgets everything when it ends: at the end of \
      its standard input, at Ctrl-C or at SIGTERM.
      """)

  @OptionGroup var account: AccountOptions

  @Flag(help: "Print one JSON object instead: accessKeyId, endpoint, region, secretAccessKey.")
  var json = false

  func run() throws {
    let known = try account.knownDistributions()
    let settings = FakeCloudFrontSettings(
      distributions: known.distributions(deadline: nil), cachePolicies: known.cachePolicies)
    let cloudFront = try FakeCloudFront(settings)
    defer { cloudFront.stop() }
    Output.write(json ? line(cloudFront, settings) : Array(text(cloudFront, settings).utf8))
    _ = try InputFile(name: "-").read()
  }

  private func text(_ cloudFront: FakeCloudFront, _ settings: FakeCloudFrontSettings) -> String {
    let keys = FakeCredentials.example
    return """
      # Serves \(settings.distributions.count) distributions until standard input ends.
      export AWS_ENDPOINT_URL_CLOUDFRONT=\(cloudFront.endpoint)
      export AWS_ACCESS_KEY_ID=\(keys.accessKeyID)
      export AWS_SECRET_ACCESS_KEY=\(keys.secretAccessKey)
      export AWS_REGION=\(settings.region)
      export AWS_DEFAULT_REGION=\(settings.region)

      """
  }

  private func line(_ cloudFront: FakeCloudFront, _ settings: FakeCloudFrontSettings) -> [UInt8] {
    let keys = FakeCredentials.example
    let account: JSONValue = [
      "accessKeyId": .string(keys.accessKeyID),
      "endpoint": .string(cloudFront.endpoint),
      "region": .string(settings.region),
      "secretAccessKey": .string(keys.secretAccessKey),
    ]
    return account.encoded(sortedKeys: true) + [0x0A]
  }
}
