package import Clock
import CloudFrontAPI
import DynamoDBAPI
import EventPlanning
import FunctionSettings
package import HTTPTransport
import InvalidationPlanning
import InvalidationSending
import Ledger
package import LambdaRuntime
package import Logging
package import Probing
import SQSAPI

extension EventHandler {
  /// Creates a handler from environment variables, which decide settings, endpoint, credentials,
  /// retries and pace.
  ///
  /// - Parameters:
  ///   - random: returns a number from 0 up to 1, which jitters the waits.
  ///   - probe: tries messages that a queue has delivered before.
  ///   - isEndRequested: whether Lambda is shutting the execution environment down; the handler
  ///     then starts no further call.
  ///   - writeMetrics: takes the metrics of each invocation that did anything.
  /// - Throws: an error that names every variable with a wrong value.
  package convenience init(
    environment: [String: String], transport: any Transport, time: TimeSource,
    random: @escaping () -> Double = { Double.random(in: 0..<1) }, probe: Probe = .none,
    isEndRequested: @escaping () -> Bool,
    writeMetrics: @escaping (EmbeddedMetrics) -> Void = { _ in }, logger: Logger
  ) throws {
    for misspelt in MisspeltSetting.all(in: environment) { logger.warning("\(misspelt)") }
    let settings = try Settings(environment: environment)
    try settings.checkLedger()
    if settings.isDryRun {
      logger.warning("DRY_RUN is set; invalidations are planned but not sent")
    }
    let cloudFront = try CloudFrontClient(
      environment: environment, transport: transport, time: time, random: random,
      isEndRequested: isEndRequested,
      warn: { logger.warning("\($0)") })
    let queues = try SQSClient(
      environment: environment, transport: transport, time: time, random: random,
      isEndRequested: isEndRequested)
    let table = try EventHandler.table(
      settings, environment: environment, transport: transport, time: time, random: random,
      isEndRequested: isEndRequested)
    self.init(
      settings: settings, cloudFront: cloudFront, queues: queues,
      ledger: table.map { client in
        SharedLedger(
          ledger: Ledger(
            client: client, recordsChanges: settings.unchangedObjects == .skip,
            margin: settings.disagreement, time: time),
          reach: Settings.reach(in: environment), promised: settings.planning.immutableNames,
          logger: logger)
      },
      account: table.map { AccountLedger($0, time: time, logger: logger) }, time: time,
      random: random, probe: probe, writeMetrics: writeMetrics, logger: logger)
  }

  /// Creates the client of the ledger's table; nil when the settings name none.
  private static func table(
    _ settings: Settings, environment: [String: String], transport: any Transport,
    time: TimeSource, random: @escaping () -> Double, isEndRequested: @escaping () -> Bool
  ) throws -> DynamoDBClient? {
    guard !settings.ledgerTable.isEmpty else { return nil }
    guard let table = TableName(settings.ledgerTable) else {
      throw SettingsError.wrong("LEDGER_TABLE", "it must be a table's name or ARN")
    }
    return try DynamoDBClient(
      table: table, environment: environment, transport: transport, time: time, random: random,
      isEndRequested: isEndRequested)
  }
}
