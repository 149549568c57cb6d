import Logging

extension Logger.Level {
  /// The level's name in Lambda's log lines.
  var lambdaName: String {
    switch self {
    case .trace: "TRACE"
    case .debug: "DEBUG"
    case .info, .notice: "INFO"
    case .warning: "WARN"
    case .error: "ERROR"
    case .critical: "FATAL"
    }
  }

  /// The level's bits in the type of a telemetry frame.
  var telemetryMask: UInt32 {
    switch self {
    case .trace: 0x04
    case .debug: 0x08
    case .info, .notice: 0x0C
    case .warning: 0x10
    case .error: 0x14
    case .critical: 0x18
    }
  }
}
