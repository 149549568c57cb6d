/// Why something that arrived changes nothing that viewers see: a closed list; later versions only
/// add to it.
///
/// The raw values stand in logs, summaries and `cfbridge plan --json`.
package enum UnservedReason: String, Hashable, Sendable, CaseIterable {
  /// S3's `s3:TestEvent`, sent whenever a bucket's notifications are configured.
  case testEvent
  /// An event after which the served bytes are the same, such as `ObjectTagging:Put`.
  case eventNotServed
  /// Lifecycle deleted a noncurrent version, which viewers no longer saw.
  case noncurrentVersionExpired
  /// CloudTrail's DeleteObjects, which names no keys.
  case namesNoKeys
  /// An event name this version does not know.
  case unknownEvent
  /// An EventBridge event of another source.
  case notS3
}
