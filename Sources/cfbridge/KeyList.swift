import S3Events

/// The object keys that a person names instead of an event.
struct KeyList {
  let bucket: String
  private(set) var keys: [ObjectKey] = []

  /// Creates a list.
  ///
  /// - Parameters:
  ///   - keys: the keys as arguments.
  ///   - file: the text of a file with one key a line. Spaces belong to the key; an empty line, the
  ///     CR of a line's end and a byte order mark don't.
  init(bucket: String, keys: [String], file: [UInt8] = []) {
    self.bucket = bucket
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = file.starts(with: mark) ? file[3...] : file[...]
    let lines = text.split(separator: 0x0A).map { line in
      line.last == 0x0D ? line.dropLast() : line
    }
    self.keys = (keys.map { Array($0.utf8) } + lines.map(Array.init))
      .filter { !$0.isEmpty }.map { ObjectKey(raw: $0) }
  }

  /// The keys as one event of S3, in which each of them was just written.
  var event: DecodedEvent {
    var message = EventMessage()
    message.recordCount = keys.count
    message.changes = keys.map { key in
      ObjectChange(bucket: bucket, region: "", key: key, eventName: "ObjectCreated:Put")
    }
    return DecodedEvent(source: .s3, messages: [message])
  }

  /// Says which keys begin with a slash: a path was meant, and S3 would show it below `//`.
  var doubtful: [ObjectKey] { keys.filter { $0.bytes.first == UInt8(ascii: "/") } }
}
