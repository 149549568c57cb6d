/// What a person should know about an event that was understood, worth saying once.
package enum EventWarning: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// An event does not say what happened to its object.
  case unknownKind
  /// CloudTrail's DeleteObjects, which has no keys.
  case namesNoKeys

  /// What is the case, and what to do.
  package var description: String {
    switch self {
    case .unknownKind:
      "An event does not say what happened to its object (S3's eventName, EventBridge's reason). The"
        + " bridge takes it for a change and invalidates the key. Check what makes the event or cuts"
        + " it down."
    case .namesNoKeys:
      "CloudTrail reported a call of DeleteObjects, which names no keys, so nothing is invalidated"
        + " for it. Have the bucket send its own events, which name every key."
    }
  }
}
