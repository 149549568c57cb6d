import Clock
import EventPlanning
import FunctionSettings
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
    do throws(SettingsError) {
      return try Settings(environment: ProcessEnvironment.current)
    } catch {
      throw CommandError(error.errors.map { "The setting \($0)" }.joined(separator: "\n"))
    }
  }

  /// The distributions of the account, and those that only a setting names: the plan for them is
  /// the one that holds where an origin's name tells nothing.
  func knownDistributions() throws -> SavedDistributions {
    let known = try account.knownDistributions()
    return known.adding(try settings().namedBeyond(known.distributions(deadline: nil)))
  }

  /// A planner over the distributions that says its warnings on standard error.
  func planner(explains: Bool = false) throws -> EventPlanner {
    for misspelt in MisspeltSetting.all(in: ProcessEnvironment.current) {
      Output.write("warning: \(misspelt)\n", to: .error)
    }
    return EventPlanner(
      settings: try settings(), source: try knownDistributions(), time: .system,
      logger: Logger(label: "cfbridge") { _ in WarningLog() }, explains: explains)
  }
}

/// Prints warnings for a person, each once, and nothing else.
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
    // Two files may have one cause.
    if told.withLock({ $0.insert(message).inserted }) { Output.note("warning", message) }
  }
}
