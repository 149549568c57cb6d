/// Tries messages by decoding each with the closure that it gets; returns which of them are to be
/// set aside, and why.
package typealias Trial = (_ messages: [Int], _ decode: (Int) -> Void) -> [Int: TrialVerdict]

/// Why a message is not handled although it could be read.
package enum TrialVerdict: Sendable {
  /// It ended the process that tried it, or took it too long.
  case fatal
  /// It was not tried.
  case untried

  /// Returns the failure of the message that stands somewhere.
  package func error(place: String) -> EventError {
    switch self {
    case .fatal: .fatal(place: place)
    case .untried: .untried(place: place)
    }
  }
}

extension EventDocument.Fields {
  /// Whether a queue has delivered the message before, so that it may have ended a process.
  var wasReceivedBefore: Bool {
    has(.receiveCount) && !says(.receiveCount, "1")
  }
}
