/// One object that viewers may now see differently, wherever the news came from.
package struct ObjectChange: Hashable, Sendable {
  /// The bucket's name.
  package var bucket: String
  /// The bucket's region; empty when the sender does not know one (MinIO).
  package var region: String
  /// The object's name.
  package var key: ObjectKey
  /// What the key means as well where nothing says whether it is encoded; nil where that is known.
  package var otherKey: ObjectKey?
  /// The event's own name, for people: `ObjectCreated:Put`, or EventBridge's detail-type.
  package var eventName: String
  /// The object's version, when the bucket keeps versions.
  package var version: String?
  /// S3's per-key hex counter; digested for idempotency, not needed for order.
  package var sequencer: Sequencer?
  /// When it happened, as the event spells it.
  package var eventTime: String?
  /// The tag of the object's bytes; nil where there are none, as after a delete.
  package var eTag: String?
  /// The size of the object in bytes; nil where the event does not tell it.
  package var size: Int64?
  /// Whether a client uploaded the object, its headers with it: no copy, which can leave the bytes
  /// and change the headers, and no deletion. False where the event does not tell.
  package var isUpload = false
  /// The id of the request to S3, where the event has it.
  package var requestID: String?
  /// Whether CloudTrail told of it, not S3.
  package var isFromCloudTrail = false
  /// What makes a second delivery of this change the same change.
  package var identity: ChangeIdentity

  /// Whether viewers may see an object where there was none before: not after what is known to
  /// delete one.
  package var mayBeNew: Bool { !EventName.deletes(eventName) }

  /// Creates a change and derives its identity.
  ///
  /// The identity rests on more than the sequencer, since LocalStack, ministack and moto repeat it:
  /// the event's time and the object's tag stand beside it. All three are the event's own, so a
  /// redelivery has the same.
  ///
  /// - Parameter occurrence: what tells two changes of one key apart when there is no sequencer:
  ///   the event's time and request id, or EventBridge's envelope id and time.
  package init(
    bucket: String, region: String, key: ObjectKey, eventName: String,
    version: String? = nil, sequencer: Sequencer? = nil, eventTime: String? = nil,
    eTag: String? = nil, occurrence: [String?] = []
  ) {
    self.bucket = bucket
    self.region = region
    self.key = key
    self.eventName = eventName
    self.version = version
    self.sequencer = sequencer
    self.eventTime = eventTime
    self.eTag = eTag
    let told = sequencer.map { [$0.description, eventTime, eTag] } ?? occurrence
    var facts = ChangeIdentity.Facts()
    facts.append(key.bytes)
    facts.append("change")
    facts.append(bucket)
    facts.append(version)
    for fact in told { facts.append(fact) }
    identity = ChangeIdentity(facts, isDistinct: told.contains { $0?.isEmpty == false })
  }
}
