import JSON

/// A line of `s5cmd --json` or of `rclone --use-json-log -v`: one JSON object.
enum JSONLine {
  static func read(_ line: ArraySlice<UInt8>, _ destination: SyncDestination) -> SyncLine? {
    guard line.first(where: { $0 != 0x20 }) == UInt8(ascii: "{"),
      let value = try? JSONValue.parse(Array(line))
    else { return nil }
    if let operation = value["operation"]?.stringValue {
      return s5cmd(operation, value, destination)
    }
    if let message = value["msg"]?.stringValue { return rclone(message, value, destination) }
    return nil
  }

  private static func s5cmd(
    _ operation: String, _ value: JSONValue, _ destination: SyncDestination
  ) -> SyncLine? {
    if let error = value["error"]?.stringValue {
      return .failed("\(value["command"]?.stringValue ?? operation): \(error)")
    }
    guard value["success"]?.boolValue == true else { return .failed(nil) }
    func place(_ member: String) -> SyncLine.Place? {
      value[member]?.stringValue.flatMap {
        SyncLine.Place(url: Array($0.utf8)[...], destination)
      }
    }
    var found: [(SyncLine.Place, isDeleted: Bool)] = []
    if operation == "rm" {
      if let source = place("source") { found.append((source, isDeleted: true)) }
    } else if ["cp", "mv"].contains(operation) {
      if let target = place("destination") { found.append((target, isDeleted: false)) }
      if operation == "mv", let source = place("source") {
        found.append((source, isDeleted: true))
      }
    }
    return found.isEmpty ? .other : .changes(found, isDryRun: false)
  }

  private static func rclone(
    _ message: String, _ value: JSONValue, _ destination: SyncDestination
  ) -> SyncLine? {
    let object = value["object"]?.stringValue
    if value["level"]?.stringValue == "error" {
      return .failed(object.map { "\($0): \(message)" } ?? message)
    }
    guard let object, let meaning = RcloneLine.meaning(Array(message.utf8)[...]) else {
      return .other
    }
    let place = SyncLine.Place(relative: Array(object.utf8)[...], destination)
    return .changes([(place, meaning.isDeleted)], isDryRun: meaning.isDryRun)
  }
}
