import Bridge
import S3Events
import SyncOutput

/// What a tool printed, as the input of a command.
enum SyncInput {
  /// Reads standard input to its end.
  static func standard(_ destination: SyncDestination) throws(CommandFailure) -> SyncChanges {
    let bytes: [UInt8]
    do throws(InputFile.Unreadable) {
      bytes = try InputFile(name: "-").read()
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    var reader = SyncReader(destination)
    reader.read(bytes)
    return try checked(reader.finish())
  }

  /// Reports what failed in the input, and refuses what can't be planned.
  static func checked(_ changes: SyncChanges) throws(CommandFailure) -> SyncChanges {
    for failure in changes.failures.prefix(shown) {
      Output.note("warning", "not planned, since it failed: \(failure)")
    }
    if changes.failures.count > shown {
      Output.note("warning", "\(changes.failures.count - shown) more failed.")
    }
    if let first = changes.nameless.first {
      throw CommandFailure(
        .usage,
        "The output does not name the bucket of \(first)"
          + (changes.nameless.count > 1 ? " and \(changes.nameless.count - 1) more" : "")
          + ". Add --bucket, and --prefix where the destination is a folder.")
    }
    return changes
  }

  private static let shown = 10

  /// The changes as one event of S3. Of several changes of one object the last counts.
  ///
  /// - Parameter run: what tells this run from every other, so that its invalidations are new.
  static func event(_ changes: [SyncChanges.Change], run: String?) -> DecodedEvent {
    struct Name: Hashable {
      var bucket: String
      var key: ObjectKey
    }
    var last: [Name: Int] = [:]
    for (index, change) in changes.enumerated() {
      last[Name(bucket: change.bucket, key: change.key)] = index
    }
    var message = EventMessage()
    message.changes = last.values.sorted().map { index in
      let change = changes[index]
      return ObjectChange(
        bucket: change.bucket, region: "", key: change.key,
        eventName: change.isDeleted ? "ObjectRemoved:Delete" : "ObjectCreated:Put",
        occurrence: [run])
    }
    message.recordCount = message.changes.count
    return DecodedEvent(source: .s3, messages: [message])
  }

  /// How many objects were written and deleted.
  static func heading(_ changes: [SyncChanges.Change]) -> String {
    let deleted = changes.count(where: \.isDeleted)
    return "\(changes.count - deleted) written, \(deleted) deleted"
  }
}
