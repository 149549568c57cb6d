import JSON
import S3Events

/// Reads what `aws s3`, `s5cmd` or `rclone` printed, piece by piece, and tells which objects it
/// changed. It recognises each line by itself, so the formats may be mixed.
///
/// A key ending in spaces can't be told from the padding after which the AWS CLI ends a line.
package struct SyncReader {
  private let destination: SyncDestination
  private var changes = SyncChanges()
  private var line: [UInt8] = []

  /// The most bytes of a line; far more than two keys of 1,024 bytes.
  private static let maximumLine = 1 << 20

  /// Creates a reader.
  package init(_ destination: SyncDestination = SyncDestination()) {
    self.destination = destination
  }

  /// Reads a piece of the output.
  package mutating func read(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if byte == 0x0A {
        endLine()
      } else if line.count < SyncReader.maximumLine {
        line.append(byte)
      }
    }
  }

  /// Returns what the whole output told.
  package mutating func finish() -> SyncChanges {
    if !line.isEmpty { endLine() }
    return changes
  }

  private mutating func endLine() {
    var text = line[...]
    line.removeAll(keepingCapacity: true)
    if text.last == 0x0D { text.removeLast() }
    // Progress that was overwritten on a terminal.
    if let last = text.lastIndex(of: 0x0D) { text = text[(last + 1)...] }
    guard text.contains(where: { $0 != 0x20 }) else { return }
    for parser in [
      JSONLine.read, AWSLine.read, S5cmdLine.read, RcloneLine.read,
    ] as [(ArraySlice<UInt8>, SyncDestination) -> SyncLine?] {
      guard let found = parser(text, destination) else { continue }
      add(found, text)
      return
    }
    changes.otherLines += 1
    changes.lastOther = SyncReader.shown(text)
  }

  private mutating func add(_ found: SyncLine, _ text: ArraySlice<UInt8>) {
    switch found {
    case .other: changes.otherLines += 1
    case .failed(let words): changes.failures.append(words ?? SyncReader.shown(text))
    case .changes(let found, let isDryRun):
      for (place, isDeleted) in found {
        guard let bucket = place.bucket else {
          changes.nameless.append(SyncReader.shown(place.key[...]))
          continue
        }
        let change = SyncChanges.Change(
          bucket: bucket, key: ObjectKey(raw: place.key), isDeleted: isDeleted)
        if isDryRun { changes.planned.append(change) } else { changes.done.append(change) }
      }
    }
  }

  private static func shown(_ text: ArraySlice<UInt8>) -> String {
    ObjectKey(raw: Array(text.prefix(500))).visible
  }
}

/// What one line says.
enum SyncLine: Equatable {
  /// It is of a known tool, and says nothing about an object.
  case other
  /// Something failed; nil shows the line itself.
  case failed(String?)
  /// Objects were changed, or would be.
  case changes([(Place, isDeleted: Bool)], isDryRun: Bool)

  /// An object; without a bucket where the line does not tell.
  struct Place: Equatable {
    var bucket: String?
    var key: [UInt8]
  }

  static func == (left: SyncLine, right: SyncLine) -> Bool {
    switch (left, right) {
    case (.other, .other): true
    case (.failed(let left), .failed(let right)): left == right
    case (.changes(let left, let dry), .changes(let right, let alsoDry)):
      dry == alsoDry && left.elementsEqual(right) { $0.0 == $1.0 && $0.1 == $1.1 }
    default: false
    }
  }
}

extension SyncLine.Place {
  /// Reads `s3://bucket/key`; nil for anything else, and for a bucket without a key.
  ///
  /// Of an access point the bucket is not in the name, so that has to be known.
  init?(url: ArraySlice<UInt8>, _ destination: SyncDestination) {
    guard url.starts(with: "s3://".utf8) else { return nil }
    var rest = url.dropFirst(5)
    func part() -> ArraySlice<UInt8>? {
      guard let slash = rest.firstIndex(of: 0x2F) else { return nil }
      defer { rest = rest[(slash + 1)...] }
      return rest[..<slash]
    }
    guard let first = part(), !first.isEmpty else { return nil }
    var name: String? = String(decoding: first, as: UTF8.self)
    if first.starts(with: "arn:".utf8) {
      // arn:aws:s3:eu-west-1:123456789012:accesspoint/name/key; the name may also follow a colon.
      if first.reversed().starts(with: "accesspoint".utf8.reversed()) { _ = part() }
      name = destination.bucket
    } else if first.reversed().starts(with: "-s3alias".utf8.reversed()) {
      name = destination.bucket
    }
    guard !rest.isEmpty else { return nil }
    self.init(bucket: name, key: Array(rest))
  }

  /// Completes a key that is relative to the destination.
  init(relative key: ArraySlice<UInt8>, _ destination: SyncDestination) {
    self.init(bucket: destination.bucket, key: destination.prefix + key)
  }
}

extension ArraySlice<UInt8> {
  /// Where some bytes stand for the last time.
  func last(of text: String) -> Range<Int>? {
    let wanted = Array(text.utf8)
    guard count >= wanted.count, !wanted.isEmpty else { return nil }
    for start in stride(from: endIndex - wanted.count, through: startIndex, by: -1)
    where self[start...].starts(with: wanted) {
      return start..<(start + wanted.count)
    }
    return nil
  }

  /// The rest after a prefix; nil without it.
  func after(_ prefix: String) -> ArraySlice<UInt8>? {
    starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
  }
}
