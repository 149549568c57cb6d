/// What makes two deliveries the same happening: equal bytes, whatever wire they came over.
///
/// Built from the event's own facts only - never this machine's clock, never an SQS message id -
/// so that a redelivered event is the same and a second write of the same key is not.
public struct ChangeIdentity: Hashable, Sendable, Comparable {
  /// The facts, each behind its length, so that no two lists of facts give the same bytes.
  public let bytes: [UInt8]

  /// Whether the facts tell two changes of the same content apart at all. A sender that gives
  /// neither sequencer nor time nor id leaves no way to know a duplicate from a second change.
  public let isDistinct: Bool

  /// Joins the facts; nil and empty are different.
  init(_ facts: [[UInt8]?], isDistinct: Bool) {
    self.isDistinct = isDistinct
    var joined: [UInt8] = []
    for fact in facts {
      joined += "\(fact?.count ?? -1):".utf8
      joined += fact ?? []
    }
    bytes = joined
  }

  /// Orders bytewise; the order means nothing, it only is the same everywhere.
  public static func < (left: ChangeIdentity, right: ChangeIdentity) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
