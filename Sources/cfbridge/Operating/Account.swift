import AWSClient
import AWSProfiles
import CloudFrontAPI
import DynamoDBAPI
import OperatorAPI
import Partitions

/// The AWS account that a command works on.
struct Account {
  /// Where its credentials come from, such as `profile work (SSO role Admin)`.
  let source: String
  /// The region of what is not global.
  let region: String
  private let account: AWSAccount

  /// Loads the account's credentials.
  init(_ account: AWSAccount) throws(AccountError) {
    self.account = account
    source = try account.source()
    region = account.region ?? Partition.aws.globalRegion
  }

  /// Asks STS for the line that says who is about to change something, and where.
  func identity() throws(CommandFailure) -> String {
    do throws(AccountError) {
      let identity = try account.identity()
      return "account \(identity.account), \(identity.arn), region \(region), credentials from"
        + " \(identity.source)"
    } catch {
      guard case .client = error else { throw CommandFailure(error) }
      // STS is out of reach, which need not keep anybody from CloudFront.
      Output.note("warning", "STS does not say whose credentials these are: \(error)")
      return "region \(region), credentials from \(source)"
    }
  }

  /// Asks STS for the ARN that the credentials stand for.
  func principal() throws(AccountError) -> String { try account.identity().arn }

  /// Asks STS who the credentials belong to.
  func caller() throws(CommandFailure) -> CallerIdentity {
    do throws(AccountError) {
      return try account.identity()
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Creates a client of CloudFront.
  func cloudFront() throws(CommandFailure) -> CloudFrontClient {
    let surroundings = account.surroundings
    do throws(AWSClientError) {
      return try CloudFrontClient(
        environment: surroundings.environment, credentials: account.provider(),
        transport: surroundings.transport, time: surroundings.time, random: surroundings.random,
        isEndRequested: { false }, warn: { Output.note("warning", $0) })
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }

  /// Creates a client of a table of DynamoDB.
  func table(_ table: TableName) throws(CommandFailure) -> DynamoDBClient {
    let surroundings = account.surroundings
    do throws(AWSClientError) {
      return try DynamoDBClient(
        table: table, region: region, environment: surroundings.environment,
        transport: surroundings.transport, credentials: account.provider(),
        time: surroundings.time, random: surroundings.random)
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
    let surroundings = account.surroundings
    do throws(AWSClientError) {
      return try ServiceClient(
        service, region: other ?? region, environment: surroundings.environment,
        transport: surroundings.transport, credentials: account.provider(),
        time: surroundings.time, random: surroundings.random)
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }
}
