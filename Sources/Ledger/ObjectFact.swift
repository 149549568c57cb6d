import Digest
import Encoding
package import S3Events

/// What the rules need to know of a change.
package struct ObjectFact: Hashable, Sendable {
  /// A place in the order of an object's changes: what S3 counted, and when the change happened.
  package struct Place: Hashable, Sendable {
    /// ``Sequencer/description``.
    var sequencer: String
    /// In milliseconds since 1970.
    var time: Int64

    /// Whether a change is older by its sequencer. Like S3's, it counts as padded with zeros on the
    /// right.
    func isCountedBefore(_ other: Place) -> Bool {
      sequencer.utf8.lexicographicallyPrecedes(other.sequencer.utf8)
    }

    /// Whether a change is older by its sequencer and by its time. Either alone can be wrong: there
    /// are stores that repeat sequencers, or whose sequencers fall.
    func isBefore(_ other: Place) -> Bool { isCountedBefore(other) && time < other.time }
  }

  /// The identity of the change, in hex.
  var identity: String
  /// Its place; nil when the event does not tell one, so that nothing is known of its order.
  var place: Place?
  /// What stands for ETag and size of bytes that a client uploaded, headers and all; nil after
  /// anything else, such as a copy, a delete or what is not known. Equal contents have equal bytes.
  var content: String?

  init(identity: String, place: Place?, content: String?) {
    self.identity = identity
    self.place = place
    self.content = content
  }

  /// Takes what matters of a change.
  package init(_ change: ObjectChange) {
    identity = Hex.encode(change.identity.bytes)
    // A key that may have been meant in two ways may stand for two objects.
    if change.otherKey == nil, let sequencer = change.sequencer,
      let time = change.eventTime.flatMap({ CivilTime.milliseconds(of: $0) })
    {
      place = Place(sequencer: sequencer.description, time: time)
    }
    if change.isUpload, let eTag = change.eTag, !eTag.isEmpty, let size = change.size {
      content = Hex.encode(
        Array(SHA256.digest(of: Array("\(eTag.utf8.count):\(eTag)\(size)".utf8)).prefix(16)))
    }
  }
}
