public import Logging

/// What Lambda's advanced logging controls ask for.
public struct LogSettings: Sendable, Equatable {
  /// How a line is written.
  public enum Format: Sendable {
    /// One JSON object per line; only here does Lambda filter by level.
    case json
    /// Time, request id, level and message, separated by tabs.
    case text
  }

  /// How a line is written.
  public var format: Format
  /// The lowest level that is written.
  public var level: Logger.Level
  /// The service that lines name: `POWERTOOLS_SERVICE_NAME`; nil when nobody names one.
  public var service: String?
  /// The function's version that lines name: `AWS_LAMBDA_FUNCTION_VERSION`.
  public var functionVersion: String?
  /// What the settings could not understand in the environment, as sentences to log once.
  public var warnings: [String]

  /// Creates settings.
  public init(format: Format = .text, level: Logger.Level = .info, warnings: [String] = []) {
    self.format = format
    self.level = level
    self.warnings = warnings
  }

  /// Reads `AWS_LAMBDA_LOG_FORMAT` and `AWS_LAMBDA_LOG_LEVEL` without regard to case, and the names
  /// of service and version.
  ///
  /// An unknown format is text, an unknown level INFO, each with a warning.
  public init(environment: [String: String]) {
    self.init()
    service = environment["POWERTOOLS_SERVICE_NAME"].flatMap { $0.isEmpty ? nil : $0 }
    functionVersion = environment["AWS_LAMBDA_FUNCTION_VERSION"]
    switch environment["AWS_LAMBDA_LOG_FORMAT"]?.lowercased() {
    case "json": format = .json
    case "text", "", nil: format = .text
    case .some: warnings.append("AWS_LAMBDA_LOG_FORMAT is neither JSON nor Text, so Text is used")
    }
    switch environment["AWS_LAMBDA_LOG_LEVEL"]?.uppercased() {
    case "TRACE": level = .trace
    case "DEBUG": level = .debug
    case "INFO", "", nil: level = .info
    case "WARN": level = .warning
    case "ERROR": level = .error
    case "FATAL": level = .critical
    case .some:
      warnings.append(
        "AWS_LAMBDA_LOG_LEVEL is none of TRACE, DEBUG, INFO, WARN, ERROR, FATAL, so INFO is used")
    }
  }
}
