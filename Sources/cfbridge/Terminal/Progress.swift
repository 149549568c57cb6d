import CLibrary

/// A line on the terminal that says what a command waits for.
///
/// It stands on standard error, and only where that is a terminal. It is wiped when something else
/// is printed, at the end, and at Ctrl-C.
enum Progress {
  private static let isShown = isatty(STDERR_FILENO) == 1
  nonisolated(unsafe) private static var isStanding = false
  private static let wipe: StaticString = "\r\u{1B}[K"

  /// Shows a line instead of the one before.
  static func show(_ text: String) {
    guard isShown else { return }
    restoreAtInterrupt()
    let width = max(20, (Output.width(of: .error) ?? 80) - 1)
    isStanding = true
    Output.write("\r\u{1B}[K" + text.prefix(width), to: .error)
  }

  /// Wipes the line.
  static func clear() {
    guard isStanding else { return }
    isStanding = false
    Output.write("\r\u{1B}[K", to: .error)
  }

  /// Wipes the line when the program is interrupted, and lets the signal end it: `signal`, `raise`.
  private static func restoreAtInterrupt() {
    guard !isStanding else { return }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      _ = signal(number) { number in
        // Nothing but what a signal handler may call.
        _ = CLibrary.write(STDERR_FILENO, Progress.wipe.utf8Start, Progress.wipe.utf8CodeUnitCount)
        _ = signal(number, SIG_DFL)
        _ = raise(number)
      }
    }
  }
}
