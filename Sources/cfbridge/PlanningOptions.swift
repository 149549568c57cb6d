import ArgumentParser
import Bridge
import Clock
import EventPlanning
import FunctionSettings
import HTTPTransport
import InvalidationPlanning
import LambdaRuntime
import LocalCloud
import Logging

/// The options that `plan` and `replay` share.
struct PlanningOptions: ParsableArguments {
  @OptionGroup var account: DistributionOptions

  @Flag(help: "Print one JSON object per file and line, keys sorted.")
  var json = false

  /// Reads the settings from this process's environment.
  func settings() throws -> Settings {
    do throws(SettingsError) {
      return try Settings(environment: ProcessEnvironment.current)
    } catch {
      throw CommandError(error.errors.map { "The setting \($0)" }.joined(separator: "\n"))
    }
  }

  /// Returns the distributions of the account and those that only a setting names. For the latter,
  /// the plan is the one that the function makes when no origin names the bucket.
  func knownDistributions() throws -> SavedDistributions {
    let settings = try settings()
    var known = try account.knownDistributions()
    if settings.distributionIDs.count == 1, let id = settings.distributionIDs.first {
      known = known.naming(id)
    }
    return known.adding(settings.namedBeyond(known.distributions(deadline: nil)))
  }

  /// Creates a planner that writes its warnings to standard error.
  func planner(_ source: PlanSource, explains: Bool = false) throws -> EventPlanner {
    for misspelt in MisspeltSetting.all(in: ProcessEnvironment.current) {
      Output.write("warning: \(misspelt)\n", to: .error)
    }
    return EventPlanner(
      settings: try settings(), source: source.distributions, time: .system,
      logger: Logger(label: "cfbridge") { _ in WarningLog() }, explains: explains)
  }
}

/// Prints each warning once, for a person, and no other log message.
struct WarningLog: LogHandler {
  private let told = Locked<Set<String>>([])
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let message = "\(event.message)"
    // Two files can lead to the same warning.
    if told.withLock({ $0.insert(message).inserted }) { Output.note("warning", message) }
  }
}
