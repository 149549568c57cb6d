import Digest
import Encoding

/// What makes two deliveries the same happening: equal bytes, whatever wire they came over.
///
/// It is made from the event's own facts alone, never from this machine's clock or an SQS message
/// id, so that a redelivered event has the same identity and a second write of the same key another
/// one. It is a digest, since a request's facts can be a megabyte of paths, and the memory of
/// accepted paths keeps the identity beside each of them.
package struct ChangeIdentity: Hashable, Sendable, Comparable {
  /// The SHA-256 digest of the facts, each after its length, so that no two lists of facts give
  /// the same text.
  package let bytes: [UInt8]

  /// Whether the facts tell two changes of the same content apart at all. A sender that gives
  /// neither sequencer nor time nor id leaves no way to know a duplicate from a second change.
  package let isDistinct: Bool

  /// Digests the facts; nil and empty are different.
  init(_ facts: [[UInt8]?], isDistinct: Bool) {
    var joined = Facts()
    for fact in facts { joined.append(fact) }
    self.init(joined, isDistinct: isDistinct)
  }

  /// Digests facts that are joined already.
  init(_ facts: Facts, isDistinct: Bool) {
    self.isDistinct = isDistinct
    bytes = SHA256.digest(of: facts.joined)
  }

  /// Facts, joined one after the other.
  struct Facts {
    fileprivate private(set) var joined: [UInt8] = []

    mutating func append(_ fact: [UInt8]?) {
      begin(fact?.count ?? -1)
      if let fact { joined += fact }
    }

    mutating func append(_ fact: String?) {
      begin(fact?.utf8.count ?? -1)
      if let fact { joined.append(contentsOf: fact.utf8) }
    }

    private mutating func begin(_ count: Int) {
      if joined.isEmpty { joined.reserveCapacity(256) }
      if (0..<100).contains(count) {
        if count >= 10 { joined.append(UInt8(ascii: "0") + UInt8(count / 10)) }
        joined.append(UInt8(ascii: "0") + UInt8(count % 10))
      } else {
        joined.append(contentsOf: count.description.utf8)
      }
      joined.append(UInt8(ascii: ":"))
    }
  }

  /// Takes a digest that was made before, from a change that was handed on.
  init(digest: [UInt8], isDistinct: Bool) {
    bytes = digest
    self.isDistinct = isDistinct
  }

  /// Returns the identity of the same change in another situation, such as one that came late.
  package func marked(_ mark: String) -> ChangeIdentity {
    ChangeIdentity([bytes, Array(mark.utf8)], isDistinct: isDistinct)
  }

  /// Orders bytewise; the order means nothing, it only is the same everywhere.
  package static func < (left: ChangeIdentity, right: ChangeIdentity) -> Bool {
    left.bytes.precede(right.bytes)
  }

  /// Two digests that are equal are of the same facts.
  package func hash(into hasher: inout Hasher) { bytes.hash(asOneInto: &hasher) }
}
