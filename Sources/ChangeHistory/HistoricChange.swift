/// One change of an object in the past: when, of which key, and whether it removed it.
package struct HistoricChange: Sendable, Equatable {
  /// When it happened, in milliseconds since 1970.
  package var milliseconds: Int64
  package var bucket: String
  /// The key's bytes.
  package var key: [UInt8]
  package var isRemoval: Bool
  /// The tag of the object's bytes and their number, where the source tells them.
  package var eTag: String?
  package var size: Int64?

  /// Creates a change.
  package init(
    milliseconds: Int64, bucket: String, key: [UInt8], isRemoval: Bool = false,
    eTag: String? = nil, size: Int64? = nil
  ) {
    self.milliseconds = milliseconds
    self.bucket = bucket
    self.key = key
    self.isRemoval = isRemoval
    self.eTag = eTag
    self.size = size
  }
}
