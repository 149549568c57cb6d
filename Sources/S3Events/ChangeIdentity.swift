import Digest

/// What makes two deliveries the same happening: equal bytes, whatever wire they came over.
///
/// Built from the event's own facts only - never this machine's clock, never an SQS message id -
/// so that a redelivered event is the same and a second write of the same key is not. A digest,
/// since a request's facts can be a megabyte of paths, and each of those paths is remembered with
/// it.
package struct ChangeIdentity: Hashable, Sendable, Comparable {
  /// The SHA-256 digest of the facts, each behind its length, so that no two lists of facts are the
  /// same text.
  package let bytes: [UInt8]

  /// Whether the facts tell two changes of the same content apart at all. A sender that gives
  /// neither sequencer nor time nor id leaves no way to know a duplicate from a second change.
  package let isDistinct: Bool

  /// Digests the facts; nil and empty are different.
  init(_ facts: [[UInt8]?], isDistinct: Bool) {
    self.isDistinct = isDistinct
    var joined: [UInt8] = []
    for fact in facts {
      joined += "\(fact?.count ?? -1):".utf8
      joined += fact ?? []
    }
    bytes = SHA256.digest(of: joined)
  }

  /// Orders bytewise; the order means nothing, it only is the same everywhere.
  package static func < (left: ChangeIdentity, right: ChangeIdentity) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
