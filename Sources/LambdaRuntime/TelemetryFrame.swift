import Logging

/// The head of a record on Lambda's telemetry descriptor (`_LAMBDA_TELEMETRY_LOG_FD`).
///
///     +-----------------+-----------------+-----------------------------------+--------
///     | type, 4 bytes   | size, 4 bytes   | microseconds since 1970, 8 bytes  | record
///     +-----------------+-----------------+-----------------------------------+--------
///
/// All numbers are big-endian. Lambda's OS-only runtimes do not set the variable today.
enum TelemetryFrame {
  static let variable = "_LAMBDA_TELEMETRY_LOG_FD"

  static func head(
    format: LogSettings.Format, level: Logger.Level, milliseconds: Int64, size: Int
  ) -> [UInt8] {
    let base: UInt32 =
      switch format {
      case .json: 0xA55A_0002
      case .text: 0xA55A_0003
      }
    let microseconds = UInt64(clamping: milliseconds).multipliedReportingOverflow(by: 1000)
    return bigEndian(base | level.telemetryMask) + bigEndian(UInt32(clamping: size))
      + bigEndian(microseconds.overflow ? .max : microseconds.partialValue)
  }

  private static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }
}
