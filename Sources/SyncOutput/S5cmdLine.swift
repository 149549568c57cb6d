/// A line of `s5cmd`: `cp site/index.html s3://bucket/index.html`.
enum S5cmdLine {
  static func read(_ line: ArraySlice<UInt8>, _ destination: SyncDestination) -> SyncLine? {
    if line.after("ERROR \"") != nil { return .failed(nil) }
    for word in ["cp", "mv", "rm"] {
      guard let rest = line.after("\(word) ") else { continue }
      return changes(word, rest, destination)
    }
    return nil
  }

  private static func changes(
    _ word: String, _ rest: ArraySlice<UInt8>, _ destination: SyncDestination
  ) -> SyncLine? {
    func place(_ url: ArraySlice<UInt8>) -> SyncLine.Place? {
      SyncLine.Place(url: url, destination)
    }
    if word == "rm" {
      return place(rest).map { .changes([($0, isDeleted: true)], isDryRun: false) }
    }
    guard let separator = rest.last(of: " s3://") else {
      // From a bucket to this machine: only a move changes the bucket.
      guard rest.after("s3://") != nil else { return nil }
      guard word == "mv", let end = rest.last(of: " "), let source = place(rest[..<end.lowerBound])
      else { return .other }
      return .changes([(source, isDeleted: true)], isDryRun: false)
    }
    guard let target = place(rest[(separator.lowerBound + 1)...]) else { return nil }
    var found = [(target, isDeleted: false)]
    if word == "mv", let source = place(rest[..<separator.lowerBound]) {
      found.append((source, isDeleted: true))
    }
    return .changes(found, isDryRun: false)
  }
}
