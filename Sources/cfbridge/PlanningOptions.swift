import ArgumentParser
import Bridge
import HTTPTransport
import InvalidationPlanning
import LambdaRuntime
import LocalCloud
import Logging

/// What `plan` and `replay` both take.
struct PlanningOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Event files, as Lambda would get them; - reads one from standard input."))
  var files: [String] = []

  @OptionGroup var account: AccountOptions

  @Flag(help: "Print one JSON object per file and line, keys sorted.")
  var json = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one event file.") }
  }

  /// The settings of this process's environment.
  func settings() throws -> Settings {
    do {
      return try Settings(environment: ProcessEnvironment.current)
    } catch {
      throw ValidationError("The setting \(error)")
    }
  }

  /// A planner over the distributions that says its warnings on standard error.
  func planner() throws -> EventPlanner {
    EventPlanner(
      settings: try settings(), source: SavedDistributions(try account.knownDistributions()),
      time: .system, logger: Logger(label: "cfbridge") { _ in WarningLog() })
  }
}

/// Prints warnings for a person, and nothing else.
struct WarningLog: LogHandler {
  var logLevel = Logger.Level.warning
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Output.write("warning: \(event.message)\n", to: .error)
  }
}
