import AWSProfiles
import ArgumentParser
import Bridge
import Clock
import HTTPTransport
import LambdaRuntime

/// The options of every command that asks an AWS account.
struct AccountOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The profile of ~/.aws/config whose credentials and region are used; otherwise AWS_PROFILE"
        + " names it.", valueName: "name"))
  var profile: String?

  @Option(help: ArgumentHelp("The region, instead of AWS_REGION or the profile's."))
  var region: String?

  @Option(
    name: .customLong("endpoint-url"),
    help: ArgumentHelp("Where all services are, instead of AWS.", valueName: "url"))
  var endpointURL: String?

  /// Whether somebody named an account, so that it is the one to ask.
  var isGiven: Bool { profile != nil || region != nil || endpointURL != nil }

  /// Finds the account, and loads its credentials: without valid ones no command goes on.
  func open() throws(CommandFailure) -> Account {
    do {
      let settings = try AccountSettings(
        environment: ProcessEnvironment.current, profile: profile, region: region,
        endpointURL: endpointURL)
      let transport = try CurlTransport(
        .aws(
          caBundle: try CABundle.locate(environment: settings.environment),
          userAgent: "cfbridge/\(Bootstrap.version)"))
      let account = try Account(
        AWSAccount(
          settings,
          surroundings: Surroundings(
            environment: settings.environment, transport: transport, time: .system,
            random: { Double.random(in: 0..<1) })))
      CommandFailure.principal = { try? account.principal() }
      return account
    } catch let error as AccountError {
      throw CommandFailure(error)
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }
}

extension CommandFailure {
  /// Says why there is no account.
  init(_ error: AccountError) {
    self.init(error.isUsage ? .usage : error.isDenied ? .denied : .failed, error.description)
  }
}
