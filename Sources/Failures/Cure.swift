/// What helps against a failure. It decides how long a message of a queue is tried again.
package enum Cure: String, Hashable, Sendable {
  /// Time: what failed is expected to succeed later without anybody's help.
  case time
  /// Somebody who may change the stack: a permission, credentials or the network is wrong.
  case permission
  /// Nothing that could be awaited: the message itself asks for what can't be done.
  case nobody
}

extension FailureType.Known {
  /// What helps against a failure of this name.
  package var cure: Cure {
    switch self {
    case .noTimeLeft, .cloudFrontUnreachable, .cloudFrontUnreadableAnswer,
      .rateReached, .shuttingDown, .ledgerUnavailable:
      .time
    case .configInvalid, .credentialsMissing: .permission
    case .invalidEvent, .unrecognizedEvent, .invalidRecord, .tooManyRecords, .invalidRequest,
      .requestsOff, .distributionNotAllowed, .targetNotFound, .rootWildcardRuledOut, .tooManyPaths,
      .fatalMessage, .unreadableFile:
      .nobody
    }
  }
}
