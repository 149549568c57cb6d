/// A line of `rclone -v`: `2026/11/25 14:47:52 INFO  : index.html: Copied (new)`, or of
/// `--combined -`: `+ index.html`. Its names are relative to the destination.
enum RcloneLine {
  /// What rclone says of an object, and whether that is gone then.
  static let messages: [(text: String, isDeleted: Bool)] = [
    ("Copied (", false), ("Multi-thread Copied (", false), ("Moved (server-side)", false),
    ("Updated modification time in destination", false), ("Deleted", true),
  ]
  /// What it says in a dry run.
  static let dryRuns: [(text: String, isDeleted: Bool)] = [
    ("Skipped copy as --dry-run is set", false), ("Skipped move as --dry-run is set", false),
    ("Skipped update modification time as --dry-run is set", false),
    ("Skipped delete as --dry-run is set", true),
  ]

  static func read(_ line: ArraySlice<UInt8>, _ destination: SyncDestination) -> SyncLine? {
    if let found = combined(line, destination) { return found }
    guard isDated(line) else { return nil }
    let text = line.dropFirst(20)
    for level in ["INFO  : ", "NOTICE: ", "DEBUG : "] {
      guard let rest = text.after(level) else { continue }
      return object(rest, destination) ?? .other
    }
    return text.after("ERROR : ") == nil ? .other : .failed(nil)
  }

  /// Says what a message means; nil when it is about nothing that viewers see.
  static func meaning(_ message: ArraySlice<UInt8>) -> (isDeleted: Bool, isDryRun: Bool)? {
    if let found = messages.first(where: { message.after($0.text) != nil }) {
      return (found.isDeleted, false)
    }
    return dryRuns.first { message.after($0.text) != nil }.map { ($0.isDeleted, true) }
  }

  /// The object and the message, which the last colon separates that a known message follows.
  private static func object(
    _ text: ArraySlice<UInt8>, _ destination: SyncDestination
  ) -> SyncLine? {
    var head = text
    while let colon = head.last(of: ": ") {
      if let meaning = meaning(text[colon.upperBound...]) {
        return .changes(
          [(SyncLine.Place(relative: text[..<colon.lowerBound], destination), meaning.isDeleted)],
          isDryRun: meaning.isDryRun)
      }
      head = text[..<colon.lowerBound]
    }
    return nil
  }

  /// Reads a line of `--combined`. Only with a destination, since other tools begin lines with such
  /// signs too.
  private static func combined(
    _ line: ArraySlice<UInt8>, _ destination: SyncDestination
  ) -> SyncLine? {
    guard destination.bucket != nil, line.count > 2, line.dropFirst().first == 0x20,
      let sign = line.first
    else { return nil }
    let key = line.dropFirst(2)
    switch sign {
    case UInt8(ascii: "+"), UInt8(ascii: "*"):
      return .changes([(SyncLine.Place(relative: key, destination), false)], isDryRun: false)
    case UInt8(ascii: "-"):
      return .changes([(SyncLine.Place(relative: key, destination), true)], isDryRun: false)
    case UInt8(ascii: "="): return .other
    case UInt8(ascii: "!"): return .failed(nil)
    default: return nil
    }
  }

  /// Whether a line begins with `2026/11/25 14:47:52 `.
  private static func isDated(_ line: ArraySlice<UInt8>) -> Bool {
    let form = Array("0000/00/00 00:00:00 ".utf8)
    guard line.count > form.count else { return false }
    return zip(line, form).allSatisfy { byte, sign in
      sign == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == sign
    }
  }
}
