package import S3Events

/// What a tool says that it has done to buckets, as its output tells.
package struct SyncChanges: Equatable, Sendable {
  /// One object that a tool wrote or deleted.
  package struct Change: Equatable, Sendable {
    /// The bucket's name.
    package var bucket: String
    /// The object's name.
    package var key: ObjectKey
    /// Whether the object is gone.
    package var isDeleted: Bool

    /// Creates a change.
    package init(bucket: String, key: ObjectKey, isDeleted: Bool = false) {
      self.bucket = bucket
      self.key = key
      self.isDeleted = isDeleted
    }
  }

  /// What was done, in the order of the output.
  package var done: [Change] = []
  /// What a dry run of the tool would do.
  package var planned: [Change] = []
  /// The lines that report a failure; the objects may be as they were.
  package var failures: [String] = []
  /// The objects whose bucket the output does not name and no option either.
  package var nameless: [String] = []
  /// The lines that were not understood, and that need not be: progress, summaries, warnings.
  package var otherLines = 0
  /// The last line that was not understood, which may tell what is wrong.
  package var lastOther: String?

  /// Creates an empty record.
  package init() {}

  /// Adds what another stream of the same tool told.
  package mutating func add(_ other: SyncChanges) {
    done += other.done
    planned += other.planned
    failures += other.failures
    nameless += other.nameless
    otherLines += other.otherLines
    lastOther = other.lastOther ?? lastOther
  }
}

/// The place that a tool wrote to, where its output does not name it.
package struct SyncDestination: Equatable, Sendable {
  /// The bucket; nil when nobody named one.
  package var bucket: String?
  /// What stands before every key that the tool names: empty, or `folder/`.
  package var prefix: [UInt8]

  /// Creates a destination.
  package init(bucket: String? = nil, prefix: String = "") {
    self.bucket = bucket
    self.prefix = Array(prefix.utf8)
    if let last = self.prefix.last, last != UInt8(ascii: "/") { self.prefix.append(0x2F) }
  }
}
