package import ActivityReporting
import Encoding
import JSON
import S3Events

/// Reads changes of the past from whatever has them: the function's log, events in any envelope
/// that the function takes, S3's server access logs, or a list of object versions. Each line says
/// itself what it is.
package struct ChangeReader: Sendable {
  /// The most bytes of a document over several lines.
  static let maxDocument = 512 << 20

  /// The bucket of what does not name one.
  package let bucket: String
  /// What was read, in the order it was read.
  package private(set) var changes: [HistoricChange] = []
  /// The lines that say nothing about a change, reads of objects for example.
  package private(set) var others = 0
  /// The lines that can't be read.
  package private(set) var skipped = 0
  /// Whether some changes are only guessed from the function's log.
  package private(set) var isGuessed = false

  private var document: [UInt8] = []
  private let decoder = EventDecoder()

  /// Creates a reader.
  package init(bucket: String) {
    self.bucket = bucket
  }

  /// Reads a line without its line feed.
  package mutating func read(_ line: ArraySlice<UInt8>) {
    var line = line
    while let last = line.last, last == 0x0D || last == 0x20 { line.removeLast() }
    if !document.isEmpty || line.elementsEqual("{".utf8) || line.elementsEqual("[".utf8) {
      let isEnd =
        !document.isEmpty && (line.elementsEqual("}".utf8) || line.elementsEqual("]".utf8))
      document += line + [0x0A]
      if isEnd || document.count > ChangeReader.maxDocument { finish() }
      return
    }
    guard !line.isEmpty else { return }
    if line.first == UInt8(ascii: "{") || line.first == UInt8(ascii: "[") {
      return read(document: Array(line))
    }
    switch AccessLogLine.read(line) {
    case .change(let change): changes.append(change)
    case .nothing: others += 1
    case .other:
      // A line of the function's log, after a time.
      let object = line.drop { $0 != UInt8(ascii: "{") }
      if object.isEmpty { skipped += 1 } else { read(document: Array(object)) }
    }
  }

  /// Reads a document that has no end yet, at the end of the input.
  package mutating func finish() {
    guard !document.isEmpty else { return }
    let whole = document
    document = []
    read(document: whole)
  }

  /// Adds a record of the function's log.
  package mutating func read(_ record: LogRecord) {
    guard let time = record.milliseconds, case .batch(let batch) = LoggedFact(record) else {
      others += 1
      return
    }
    isGuessed = true
    changes += LoggedChanges.read(batch, at: time, bucket: bucket)
  }

  private mutating func read(document: [UInt8]) {
    let limits = JSONLimits(maxBytes: ChangeReader.maxDocument)
    guard let value = try? JSONValue.parse(document, limits: limits) else {
      skipped += 1
      return
    }
    if ObjectVersions.isList(value) {
      changes += ObjectVersions.read(value, bucket: bucket)
      return
    }
    let isLog = value["level"] != nil || value["events"] != nil || value["logEvents"] != nil
    guard isLog || value["type"]?.stringValue?.utf8.starts(with: "platform.".utf8) ?? false else {
      return read(event: document)
    }
    var reader = LogReader()
    for record in reader.read(document[...].filter { $0 != 0x0A }) { read(record) }
    skipped += reader.skipped
  }

  private mutating func read(event: [UInt8]) {
    let decoded = decoder.decode(event)
    let found = decoded.messages.flatMap(\.changes).compactMap { change -> HistoricChange? in
      guard let time = change.eventTime.flatMap({ CivilTime(iso8601: $0) }) else { return nil }
      return HistoricChange(
        milliseconds: time.millisecondsSinceEpoch, bucket: change.bucket, key: change.key.bytes,
        isRemoval: !change.mayBeNew, eTag: change.eTag, size: change.size)
    }
    changes += found
    guard found.isEmpty else { return }
    if decoded.messages.contains(where: { !$0.failures.isEmpty }) {
      skipped += 1
    } else {
      others += 1
    }
  }
}
